"""Who is told how a recording, or a bag that is played, goes on."""

from __future__ import annotations

from typing import Protocol

from rclpy.node import Node

_EVERY_S = 60.0


class Reporter(Protocol):
    """Takes what is said for people; ``signage_common.progress.ProgressLine`` is one."""

    def show(self, text: str) -> None:
        """Take how far it is, which the next one replaces."""

    def keep(self, text: str) -> None:
        """Take a line that stays."""


class LogReporter:
    """Tells a node's log."""

    def __init__(self, node: Node) -> None:
        self._logger = node.get_logger()

    def show(self, text: str) -> None:
        """Log it, once a minute."""
        self._logger.info(text, throttle_duration_sec=_EVERY_S)

    def keep(self, text: str) -> None:
        """Log it."""
        if text.startswith("warning: "):
            self._logger.warning(text.removeprefix("warning: "))
        else:
            self._logger.info(text)
