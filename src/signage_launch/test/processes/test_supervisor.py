import os
import signal
import sys
from pathlib import Path

import pytest
from signage_common.process_testing import ProgramUnderTest

SLEEPER = "import time\ntime.sleep(100)"
IGNORES_SIGINT = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('ready')\ntime.sleep(100)"
IGNORES_BOTH = (
    "import signal, time\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\nprint('ready')\ntime.sleep(100)"
)


def test_lines_are_prefixed_and_exit_status_is_0_when_all_end_well(launch):
    run = launch(
        '<executable cmd="@hello" output="screen"/><executable cmd="@hello" name="again" output="screen"/>',
        hello="import sys\nprint('out')\nprint('err', file=sys.stderr)",
    )
    assert run.wait() == 0
    label = next(line for line in run.lines if line.endswith("] out")).split("]")[0][1:]
    assert f"[{label}] err" in run.lines
    assert "[again-2] out" in run.lines


def test_a_process_that_fails_makes_the_launch_fail(launch):
    run = launch('<executable cmd="@fails" name="f"/>', fails="raise SystemExit(3)")
    assert run.wait() == 1
    assert run.wait_for(r"\[ERROR\] \[f-1\]: process has died \[pid \d+, exit code 3\]")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_with_exit_status_0(launch, number, are_gone):
    run = launch('<executable cmd="@s" name="a"/><executable cmd="@s" name="b" respawn="true"/>', s=SLEEPER)
    pids = [run.pid_of("a-1"), run.pid_of("b-2")]
    assert run.end(number) == 0
    assert are_gone(*pids)


def test_one_that_ignores_sigint_gets_sigterm_and_one_that_ignores_both_is_killed(launch, are_gone):
    run = launch(
        '<executable cmd="@soft" name="a" output="screen"/><executable cmd="@hard" name="b" output="screen"/>',
        soft=IGNORES_SIGINT,
        hard=IGNORES_BOTH,
    )
    run.wait_for("ready", 2)
    pids = [run.pid_of("a-1"), run.pid_of("b-2")]
    assert run.interrupt() == 0
    assert run.wait_for(r"\[b-2\]: still runs 2.0 s after SIGINT")
    assert run.wait_for(r"\[b-2\]: still runs 1.5 s after SIGTERM") and run.wait_for(r"\[a-1\].*exit code -15")
    assert are_gone(*pids)


def test_what_a_process_started_itself_is_ended_too(launch, are_gone):
    run = launch(
        '<executable cmd="@parent" name="p" output="screen"/>',
        parent=f"import subprocess, sys\nc = subprocess.Popen([sys.executable, '-c', {IGNORES_SIGINT!r}])\n"
        "print('child', c.pid)\nc.wait()",
    )
    run.wait_for("ready")
    child = int(run.wait_for(r"child (\d+)")[0][1])
    assert run.interrupt() == 0
    assert are_gone(child)


def test_killing_the_runner_leaves_nothing(launch, are_gone):
    run = launch(
        '<executable cmd="@s" name="a" respawn="true"/><executable cmd="@hard" name="b" output="screen"/>',
        s=SLEEPER,
        hard=IGNORES_BOTH,
    )
    run.wait_for("ready")
    pids = [run.pid_of("a-1"), run.pid_of("b-2")]
    os.kill(run.process.pid, signal.SIGKILL)
    assert are_gone(*pids)


def test_a_killed_process_is_started_again(launch):
    run = launch('<executable cmd="@s" name="a" respawn="true" respawn_delay="0.05"/>', s=SLEEPER)
    first = run.pid_of("a-1")
    os.kill(first, signal.SIGKILL)
    run.wait_for(r"process has died \[pid \d+, exit code -9\]")
    run.wait_for("process started with pid", 2)
    assert run.pid_of("a-1") != first
    assert run.interrupt() == 0


def test_what_a_process_says_while_everything_ends_is_not_on_the_screen(launch):
    run = launch('<executable cmd="@s" name="a" output="screen"/>', s="print('ready')\n" + SLEEPER)
    run.wait_for("ready")
    assert run.interrupt() == 0
    assert not [line for line in run.lines if "KeyboardInterrupt" in line] and run.errors == ""


def test_a_signal_during_the_wait_for_a_respawn_ends_the_launch_at_once(launch):
    run = launch('<executable cmd="@f" name="a" respawn="true" respawn_delay="600"/>', f="raise SystemExit(1)")
    run.wait_for("starting again in 600.0 s")
    assert run.interrupt() == 0


def test_bad_configuration_of_one_ends_all_with_status_2_and_its_one_line(launch, are_gone):
    run = launch(
        '<executable cmd="@s" name="a" respawn="true"/><executable cmd="@bad" name="b" respawn="true"/>',
        s=SLEEPER,
        bad="import sys\nprint('error: film.webm: not found', file=sys.stderr)\nsys.exit(2)",
    )
    assert run.wait() == 2
    assert run.errors == "error: film.webm: not found\n"
    assert are_gone(run.pid_of("a-1"))
    assert not [line for line in run.lines if "film.webm" in line]


def test_bad_configuration_without_a_word_names_the_process(launch):
    run = launch('<executable cmd="@bad" name="b"/>', bad="raise SystemExit(2)")
    assert run.wait() == 2
    assert run.errors == "error: b-1 ended with exit status 2\n"


def test_an_error_line_of_a_process_that_goes_on_failing_is_shown(launch):
    run = launch(
        '<executable cmd="@bad" name="b" output="screen"/>',
        bad="import sys\nprint('error: no network', file=sys.stderr)\nsys.exit(1)",
    )
    assert run.wait() == 1
    assert "[b-1] error: no network" in run.lines


def test_on_exit_shutdown_ends_the_others(launch, are_gone):
    run = launch(
        '<executable cmd="@s" name="a"/><executable cmd="@e" name="b" on_exit="shutdown"/>', s=SLEEPER, e="pass"
    )
    assert run.wait() == 0
    assert are_gone(run.pid_of("a-1"))


def test_a_program_or_folder_that_does_not_exist_is_named(launch):
    run = launch('<executable cmd="/no/such/program" name="x"/>')
    assert run.wait() == 1
    assert run.wait_for(r"\[x-1\] error: /no/such/program: No such file")
    run = launch('<executable cmd="@e" cwd="/no/such/folder" name="x"/>', e="pass")
    assert run.wait() == 2
    assert "/no/such/folder" in run.errors


def test_environment_and_parameter_files_reach_the_process_and_are_removed_at_the_end(launch, tmp_path):
    show = tmp_path / "show"
    show.write_text("#!/bin/sh\necho said $GREETING\necho file $7\ncat $7\n")
    show.chmod(0o755)
    run = launch(
        '<set_env name="GREETING" value="hello"/><push-ros-namespace namespace="d"/>'
        '<node exec="$(dirname)/show" name="n" output="screen"><param name="p" value="7"/></node>'
    )
    assert run.wait() == 0
    assert "[show-1] said hello" in run.lines and "[show-1] /d/n:" in run.lines and "[show-1]     p: 7" in run.lines
    assert not Path(run.wait_for(r"file (\S+)")[0][1]).exists()


def test_messages_of_the_launch_file_are_said(launch):
    run = launch('<log level="warning" message="careful"/>')
    assert run.wait() == 0
    assert "[WARNING] [launch.user]: careful" in run.lines


def test_killing_the_runner_of_a_launcher_ends_what_the_launcher_left_behind(are_gone):
    program = f"""
import asyncio, os, sys
from signage_launch.launch_xml.plan import Output, Plan, ProcessPlan
from signage_launch.processes.output import Screen
from signage_launch.processes.supervisor import Supervisor
child = [sys.executable, "-c", {IGNORES_SIGINT!r}]
launcher = f"import subprocess, time; print('child', subprocess.Popen({{child!r}}).pid, flush=True); time.sleep(100)"
command = (sys.executable, "-c", launcher)
plan = Plan([ProcessPlan("l", command, os.environ, output=Output.SCREEN, is_launcher=True)])
asyncio.run(Supervisor(plan, Screen(sys.stdout)).run())
"""
    with ProgramUnderTest([sys.executable, "-c", program]) as runner:
        child = int(runner.wait_for(r"^child (\d+)")[0][1])
        runner.end(signal.SIGKILL)
        assert are_gone(child)
