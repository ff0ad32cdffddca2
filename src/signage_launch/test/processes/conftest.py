"""Real launches of small programs, in a process of their own."""

import contextlib
import os
import signal
import sys

import psutil
import pytest
from signage_common.process_testing import ProgramUnderTest, wait_until

RUN = """
import asyncio, os, sys
from pathlib import Path
from signage_launch.launch_xml.launch_file import plan_launch
from signage_launch.processes.output import Screen, Tee, open_log
from signage_launch.processes.supervisor import Supervisor
from signage_common.errors import SignageError
try:
    plan = plan_launch(Path(sys.argv[1]), {}, os.environ)
    sys.exit(asyncio.run(Supervisor(plan, Tee(Screen(sys.stdout), open_log("test.log"))).run()))
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
def home(tmp_path):
    """What SIGNAGE_HOME is for the launches of a test."""
    return tmp_path / "home"


@pytest.fixture
def launch_command(tmp_path, home):
    """Return command and environment of a launch of the elements inside ``<launch>``.

    ``@name`` in them is a Python program given by that name; one named ``camera`` is a node of package deeplens_camera.
    """
    prefix = tmp_path / "prefix"
    index = prefix / "share" / "ament_index" / "resource_index" / "packages" / "deeplens_camera"
    folder = prefix / "lib" / "deeplens_camera"
    for each in (index.parent, folder):
        each.mkdir(parents=True)
    index.touch()
    env = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}
    env |= {"SIGNAGE_HOME": str(home), "AMENT_PREFIX_PATH": f"{prefix}:{env.get('AMENT_PREFIX_PATH', '')}"}

    def make(content, **programs):
        for name, text in programs.items():
            (tmp_path / f"{name}.py").write_text(text)
            content = content.replace(f"@{name}", f"{sys.executable} -u $(dirname)/{name}.py")
        if "camera" in programs:
            (folder / "camera").write_text(f"#!{sys.executable}\n{programs['camera']}")
            (folder / "camera").chmod(0o755)
        file = tmp_path / "test.launch.xml"
        file.write_text(f"<launch>{content}</launch>")
        return [sys.executable, "-c", RUN, file], env

    return make


@pytest.fixture
def launch(launch_command):
    """Launch the elements inside ``<launch>``, as ``launch_command`` takes them."""
    with contextlib.ExitStack() as launches:

        def start(content, before=(), **programs):
            command, env = launch_command(content, **programs)
            return launches.enter_context(LaunchUnderTest([*before, *command], env))

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
