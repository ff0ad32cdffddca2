"""The lines with which the demonstration tells on the terminal what happens."""

from __future__ import annotations

import time

from rich.console import Console
from rich.text import Text

from signage_demo.events import Decision


class TerminalReport:
    """Writes lines; with colours on a terminal, plain elsewhere."""

    def __init__(self, console: Console) -> None:
        """Write to a console."""
        self._console = console

    def starting(self, log: str, domain_id: str) -> None:
        """Say that the graph is being started, and how ROS 2's own tools reach it."""
        self._print(Text(f"starting; the nodes' own lines go to {log}, ROS_DOMAIN_ID={domain_id} reaches them", "dim"))

    def address(self, page: str, ssh_hint: str) -> None:
        """Say where the sign is."""
        self._print(Text.assemble("the sign is at ", (page, "bold cyan"), "  (Ctrl-C ends)"))
        self._print(Text.assemble("from another machine: ", (ssh_hint, "cyan")))

    def decision(self, decision: Decision) -> None:
        """Write the line of a decision; of a fallback, only that nobody is there."""
        now = time.strftime("%H:%M:%S")
        if not decision.episode:
            self._print(Text.assemble((now, "dim"), f"  nobody   {decision.creative}"))
            return
        what = f"{decision.creative} ({decision.campaign})" if decision.campaign else decision.creative
        line = Text(now, "dim")
        line.append(f"  {decision.estimation:8}", "bold green").append(f" {what:32}", "default")
        line.append(f" {decision.delay_ms:5.0f} ms", "yellow").append(f"  {decision.reason}", "dim")
        self._print(line)

    def say(self, text: str) -> None:
        """Write a line."""
        self._print(Text(text))

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)
