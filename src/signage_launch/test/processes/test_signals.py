"""Signals at any moment, ignored ones, and output that fails meanwhile."""

import contextlib
import os
import pty
import re
import signal
import subprocess
import time

import pytest
from signage_common.process_testing import PATIENCE_S, wait_until

pytestmark = pytest.mark.fault
CHATTY = (
    "import sys, time\n"
    "for number in range(10**9):\n"
    "    print('x' * 1000, flush=True)\n"
    "    if number % 200 == 0:\n"
    "        open(sys.argv[0] + '.count', 'w').write(str(number))\n"
)
SLOW_START = (
    "import collections, json, http.client, asyncio, xml.dom.minidom\nprint('up')\nimport time\ntime.sleep(1000)\n"
)


def full():
    return os.open("/dev/full", os.O_WRONLY), None


def pipe_that_nobody_reads():
    reading, writing = os.pipe()
    return writing, reading


def pipe_that_nobody_has():
    reading, writing = os.pipe()
    os.close(reading)
    return writing, None


def terminal_that_is_gone():
    leader, terminal = pty.openpty()
    os.close(leader)
    return terminal, None


def terminal_that_nobody_reads():
    leader, terminal = pty.openpty()
    os.set_blocking(terminal, False)
    return terminal, leader


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "open_it",
    [full, pipe_that_nobody_reads, pipe_that_nobody_has, terminal_that_is_gone, terminal_that_nobody_reads],
)
def test_output_that_fails_stops_neither_the_processes_nor_the_end(launch_command, tmp_path, open_it, number):
    command, env = launch_command('<executable cmd="@chatty" name="c" output="screen" respawn="true"/>', chatty=CHATTY)
    output, other_end = open_it()
    counted = tmp_path / "chatty.py.count"
    run = subprocess.Popen(
        [str(word) for word in command], env=env, stdout=output, stderr=output, start_new_session=True
    )
    try:
        wait_until(lambda: counted.exists() and int(counted.read_text() or 0) > 5000, "five megabytes of lines")
        run.send_signal(number)
        assert run.wait(PATIENCE_S) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        os.close(output)
        if other_end is not None:
            os.close(other_end)


def test_a_terminal_that_is_closed_while_all_runs_stops_nothing_where_its_hangup_is_ignored(launch_command, tmp_path):
    command, env = launch_command('<executable cmd="@chatty" name="c" output="screen"/>', chatty=CHATTY)
    leader, terminal = pty.openpty()
    counted = tmp_path / "chatty.py.count"
    ignoring = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *map(str, command)]
    # A session of its own takes the terminal as its own, and hears of the end of it.
    run = subprocess.Popen(["setsid", "--ctty", *ignoring], env=env, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    try:
        assert b"process started" in os.read(leader, 1000)
        os.close(leader)
        before = wait_until(lambda: counted.exists() and int(counted.read_text() or 0), "the first lines")
        wait_until(lambda: int(counted.read_text() or 0) > before + 5000, "lines that nobody can see")
        assert run.poll() is None
    finally:
        run.send_signal(signal.SIGINT)
        assert run.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("ignored", [["HUP"], ["HUP", "INT"], ["INT"]])
def test_a_hangup_that_is_ignored_stays_so_and_an_interrupt_is_heard_all_the_same(launch, ignored):
    run = launch(
        '<executable cmd="@s" name="a"/>',
        before=["sh", "-c", f"trap '' {' '.join(ignored)}; exec \"$@\"", "sh"],
        s="import time\ntime.sleep(1000)",
    )
    run.pid_of("a-1")
    if "HUP" in ignored:
        run.process.send_signal(signal.SIGHUP)
    assert run.process.poll() is None
    assert run.interrupt() == 0
    assert run.lines[1] == "[INFO] [launch]: SIGINT: ending all processes"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay_s", [0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3])
def test_a_signal_at_any_moment_of_the_start_ends_all_without_a_word(launch, home, number, delay_s):
    run = launch(
        '<executable cmd="@slow" name="foreign" output="screen"/>'
        '<node pkg="deeplens_camera" exec="camera" name="n" output="screen"/>',
        slow=SLOW_START,
        camera="import signal, sys\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(0))\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        "signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT, signal.SIGTERM])\n" + SLOW_START,
    )
    run.pid_of("camera-2")
    time.sleep(delay_s)  # the moment that is tried, not a wait
    assert run.end(number) == 0
    assert run.errors == "" and not [line for line in run.lines if "Traceback" in line or "[camera-2]: still" in line]
    assert not re.search(r"\[camera-2\] (Traceback|Keyboard|Exception)", (home / "log" / "test.log").read_text())


def test_ours_start_with_signals_blocked_and_foreign_ones_without(launch):
    show = (
        "import os, signal\nblocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])\n"
        "print('blocked', *sorted(n.name for n in blocked), os.environ.get('SIGNAGE_SIGNALS_BLOCKED', '0'))\n"
    )
    run = launch(
        '<node pkg="deeplens_camera" exec="camera" output="screen"/><executable cmd="@f" name="f" output="screen"/>',
        camera=show,
        f=show,
    )
    assert run.wait() == 0
    assert "[camera-1] blocked SIGINT SIGTERM 1" in run.lines and "[f-2] blocked 0" in run.lines


def test_a_launch_that_was_started_with_signals_blocked_hears_them(launch):
    before = ["env", "--block-signal=INT", "--block-signal=TERM"]
    run = launch('<executable cmd="@s" name="a"/>', before=before, s="import time\ntime.sleep(1000)")
    run.pid_of("a-1")
    assert run.interrupt() == 0
