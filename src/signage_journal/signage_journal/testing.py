"""What tests and benches share: a real PostgreSQL server, messages, and records of believable days."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from signage_common.process_testing import ProgramUnderTest, wait_until

from signage_journal.records import Record, decision_record, episode_record, play_record

START_NS = 1_795_334_400_000_000_000  # 2026-11-22 08:00:00 UTC
SECOND_NS = 1_000_000_000
MISSING = "PostgreSQL is missing: apt install postgresql"


def play(number: int = 1, event: str = "started", device: str = "deeplens1", detail: str = "", **other: str) -> Record:
    """Return the record of the start or the end of a play of eight seconds."""
    fields = {"screen": "lobby", "creative": "trainers", "campaign": "spring-run", "episode": "", **other}
    stamp_ns = START_NS + (number * 10 + (0 if event == "started" else 8)) * SECOND_NS
    return play_record({"play_id": f"play-{number}", "device": device, **fields}, event, stamp_ns, detail)


def whole_play(number: int = 1, device: str = "deeplens1") -> list[Record]:
    return [play(number, "started", device), play(number, "completed", device)]


def episode(number: int = 1, device: str = "deeplens1", **other: object) -> Record:
    row = {
        "episode": f"{device}-{number}",
        "device": device,
        "started_ns": START_NS + number * 10 * SECOND_NS,
        "ended_ns": START_NS + (number * 10 + 6) * SECOND_NS,
        "estimation": "20f",
        "watchers": 2,
        "in_sight": 1,
        "still_faces": 0,
        "dwell_s": 5.25,
        "attention_s": 3.5,
        "dwell_histogram": "0,0,1,1,0,0,0,0,0,0",
        "attention_histogram": "1,0,1,0,0,0,0,0,0,0",
    }
    return episode_record({**row, **other})


def decision(number: int = 1, device: str = "deeplens1", **other: object) -> Record:
    row = {
        "device": device,
        "episode": f"{device}-{number}",
        "arrived_ns": START_NS + number * 10 * SECOND_NS,
        "captured_ns": START_NS + number * 10 * SECOND_NS + 400_000_000,
        "decided_ns": START_NS + number * 10 * SECOND_NS + 480_000_000,
        "campaign": "spring-run",
        "creative": "trainers",
        "estimation": "20f",
        "reason": "spring-run: 20 to 39",
        "catalogue": "0123456789abcdef",
    }
    return decision_record({**row, **other})


def _postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class PostgresServer:
    """A server of a test's own, on a socket in a folder of its own; it refuses to run as root."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.url = f"postgresql://signs@/postgres?host={folder}"
        self._folder = folder
        self._programs = programs
        self._as_user = []
        if os.geteuid() == 0:
            user = "postgres" if "postgres" in {each.pw_name for each in pwd.getpwall()} else "nobody"
            shutil.chown(folder, user)
            self._as_user = ["runuser", "-u", user, "--"]
        words = ["-A", "trust", "-U", "signs", "-D", folder / "data", "--encoding=UTF8", "--no-sync"]
        subprocess.run([*self._as_user, programs / "initdb", *words], check=True, capture_output=True, cwd="/")
        self.program: ProgramUnderTest | None = None

    def start(self) -> None:
        quick = ["-c", "listen_addresses=", "-c", "max_connections=20"]
        words = ["-D", self._folder / "data", "-k", self._folder, *quick]
        self.program = ProgramUnderTest([*self._as_user, self._programs / "postgres", *words])
        ready = [self._programs / "pg_isready", "-q", "-h", self._folder]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, lambda: self.program.errors)

    def stop(self) -> None:
        """End it at once, as when the machine fails."""
        if self.program is not None:
            pid = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGQUIT)
            self.program.wait()
            self.program.close()
            self.program = None


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Give a running server; skip the test where PostgreSQL is not installed."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip(MISSING)
    with tempfile.TemporaryDirectory(prefix="signage-postgres-", ignore_cleanup_errors=True) as name:
        server = PostgresServer(programs, Path(name))
        server.start()
        try:
            yield server
        finally:
            server.stop()
