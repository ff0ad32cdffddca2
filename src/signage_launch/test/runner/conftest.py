"""Real launches of small programs, in a process of their own."""

import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

PATIENCE_S = 20.0
RUN = """
import asyncio, os, sys
from pathlib import Path
from signage_launch.launch_xml import plan_launch
from signage_launch.runner.sink import Screen
from signage_launch.runner.supervisor import Supervisor
from signage_common.errors import SignageError
try:
    sys.exit(asyncio.run(Supervisor(plan_launch(Path(sys.argv[1]), {}, os.environ), Screen(sys.stdout)).run()))
except SignageError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(error.exit_status)
"""


class Launch:
    """A launch under test."""

    def __init__(self, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, pattern: str, count: int = 1) -> list[re.Match]:
        """Wait until so many lines match, and return the matches."""
        end = time.monotonic() + PATIENCE_S
        while True:
            found = [match for line in list(self.lines) if (match := re.search(pattern, line))]
            if len(found) >= count:
                return found
            assert time.monotonic() < end, f"{count} x {pattern!r} did not come; got {self.lines}"
            time.sleep(0.02)

    def pid_of(self, label: str) -> int:
        """Wait for a process to start, and return its newest process id."""
        return int(self.wait_for(rf"\[{label}\]: process started with pid \[(\d+)\]")[-1][1])

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return status

    @property
    def errors(self) -> str:
        return self.process.stderr.read()

    @staticmethod
    def gone(pid: int) -> bool:
        """Wait until a process is gone; one that only waits to be collected counts as gone."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                    return True
            except (ProcessLookupError, FileNotFoundError):
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def launch(tmp_path):
    """Launch the elements inside ``<launch>``; ``@name`` in them is a Python program given by that name."""
    launches = []

    def start(content: str, **programs: str) -> Launch:
        for name, text in programs.items():
            (tmp_path / f"{name}.py").write_text(text)
            content = content.replace(f"@{name}", f"{sys.executable} -u $(dirname)/{name}.py")
        file = tmp_path / "test.launch.xml"
        file.write_text(f"<launch>{content}</launch>")
        launches.append(Launch(file))
        return launches[-1]

    yield start
    for one in launches:
        one.close()
