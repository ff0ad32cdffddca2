"""Run the programs of a step: output to the log file, progress from its lines, one clear error."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from signage_cli.setup.errors import SetupError

SHOWN_LINES = 12


def run(
    command: Sequence[object],
    log: Path,
    env: Mapping[str, str],
    cwd: Path | None = None,
    on_line: Callable[[str], None] = lambda line: None,
) -> None:
    """Run a program to its end.

    Args:
        command: program and arguments.
        log: file that its output is added to.
        env: its whole environment.
        cwd: its working folder.
        on_line: called with every line of output.

    Raises:
        SetupError: it can't be started or fails; the message carries its last lines.
    """
    words = [str(word) for word in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    last: deque[str] = deque(maxlen=SHOWN_LINES)
    with log.open("a") as out:
        out.write(f"$ {' '.join(words)}\n")
        with _start(words, env, cwd) as process:
            try:
                for line in process.stdout or ():
                    out.write(line)
                    last.append(line)
                    on_line(line.strip())
            except BaseException:
                os.killpg(process.pid, signal.SIGTERM)
                raise
            finally:
                status = process.wait()
    if status != 0:
        shown = "  ".join(last).rstrip()
        raise SetupError(f"{Path(words[0]).name} ended with status {status}; all its output is in {log}\n  {shown}")


def _start(words: Sequence[str], env: Mapping[str, str], cwd: Path | None) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=dict(env),
            cwd=cwd,
            start_new_session=True,  # a group of its own, which can be ended whole
        )
    except OSError as error:
        raise SetupError(f"{words[0]}: {error.strerror}") from None
