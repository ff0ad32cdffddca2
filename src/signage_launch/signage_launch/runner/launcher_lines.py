"""Notice in the lines of ``ros2 launch`` that one of its processes gave up because of bad configuration."""

from __future__ import annotations

import re

from signage_common.errors import EXIT_USAGE

_ERROR = re.compile(r"^\[(?P<label>[\w.-]+-\d+)\] error: (?P<text>.*)")
_DIED = re.compile(rf"\[(?P<label>[\w.-]+-\d+)\]: process has died \[pid \d+, exit code {EXIT_USAGE}\b")


class LauncherLines:
    """Reads the lines; ``ros2 launch`` itself would start such a process again and again."""

    def __init__(self) -> None:
        self._errors: dict[str, str] = {}

    def take(self, line: str) -> str | None:
        """Take a line; return the one line of a process that has just ended with status 2, else None."""
        if match := _ERROR.match(line):
            self._errors[match["label"]] = match["text"]
        if match := _DIED.search(line):
            return self._errors.get(match["label"]) or f"{match['label']} ended with exit status {EXIT_USAGE}"
        return None
