"""What all tests share: no skip goes unnoticed, and programs under test take signals."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

FULL_ROS = "needs a sourced ROS 2"
NOTICE = Path(__file__).parent / ".pytest_cache" / "signage-skipped"


def pytest_sessionstart() -> None:
    """Take Ctrl-C and hang-ups, and have asyncio make no loop of its own.

    A shell has what it starts in the background ignore Ctrl-C, nohup does so with hang-ups, and programs under test
    inherit that. The loop that asyncio makes where none was set is kept for pytest-asyncio until some ``asyncio.run``
    drops it without closing it.
    """
    asyncio.set_event_loop(None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_configure(config: pytest.Config) -> None:
    """Have graphs under test keep what they keep apart from that of a sign that runs on this machine."""
    folder = os.environ["SIGNAGE_STATE"] = tempfile.mkdtemp(prefix="signage-state-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def _reasons(terminal: pytest.TerminalReporter) -> list[str]:
    return [
        str(report.longrepr[2]) for report in terminal.stats.get("skipped", []) if isinstance(report.longrepr, tuple)
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Keep one line on what was skipped and what would have to be installed, for the end of ./signage test."""
    reasons = _reasons(terminalreporter)
    texts = sorted({reason.removeprefix("Skipped: ") for reason in reasons})
    NOTICE.parent.mkdir(exist_ok=True)
    NOTICE.write_text(f"{len(reasons)} skipped: {'; '.join(texts)}" if reasons else "")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make a skip a failure where SIGNAGE_STRICT=1 says that everything is installed."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SIGNAGE_STRICT") == "1" and terminal is not None:
        ours = [reason for reason in _reasons(terminal) if FULL_ROS not in reason]
        if ours and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
