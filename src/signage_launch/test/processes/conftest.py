"""Real launches of small programs, in a process of their own."""

import contextlib
import signal
import sys

import psutil
import pytest
from signage_common.process_testing import ProgramUnderTest, wait_until

RUN = """
import asyncio, os, sys
from pathlib import Path
from signage_launch.launch_xml.launch_file import plan_launch
from signage_launch.processes.output import Screen
from signage_launch.processes.supervisor import Supervisor
from signage_common.errors import SignageError
try:
    sys.exit(asyncio.run(Supervisor(plan_launch(Path(sys.argv[1]), {}, os.environ), Screen(sys.stdout)).run()))
except SignageError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(error.exit_status)
"""


class LaunchUnderTest(ProgramUnderTest):
    """A program that runs a launch file."""

    def pid_of(self, label):
        """Wait for a process to start, and return its newest process id."""
        return int(self.wait_for(rf"\[{label}\]: process started with pid \[(\d+)\]")[-1][1])

    def interrupt(self):
        """Send SIGINT, as Ctrl-C does; return the exit status."""
        return self.end(signal.SIGINT)


@pytest.fixture
def launch(tmp_path):
    """Launch the elements inside ``<launch>``; ``@name`` in them is a Python program given by that name."""
    with contextlib.ExitStack() as launches:

        def start(content, **programs):
            for name, text in programs.items():
                (tmp_path / f"{name}.py").write_text(text)
                content = content.replace(f"@{name}", f"{sys.executable} -u $(dirname)/{name}.py")
            file = tmp_path / "test.launch.xml"
            file.write_text(f"<launch>{content}</launch>")
            return launches.enter_context(LaunchUnderTest([sys.executable, "-c", RUN, file]))

        yield start


@pytest.fixture
def are_gone():
    """Wait until processes are gone; one that only waits to be collected counts as gone."""

    def is_gone(pid):
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return lambda *pids: wait_until(lambda: all(map(is_gone, pids)), f"the end of {pids}")
