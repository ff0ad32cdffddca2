"""What happens after a process has ended: whether it is started again, and with what."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from signage_common.process_testing import ProgramUnderTest, wait_until
from signage_launch.launch_xml.plan import Respawn
from signage_launch.processes.restart import SETTLED_S, LauncherLines, RestartPolicy

pytestmark = pytest.mark.fault
READY = (
    "import os, signal, socket, sys, time\n"
    "signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT, signal.SIGTERM])\n"
    "signal.signal(signal.SIGINT, lambda *_: os._exit(0))\n"
    "restarted = os.environ.get('SIGNAGE_RESTARTED') == '1'\n"
    "def say_ready():\n"
    "    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:\n"
    "        notify.sendto(b'READY=1', chr(0) + os.environ['NOTIFY_SOCKET'][1:])\n"
)
BEATS = "import time\nwhile True:\n    print('beat', flush=True)\n    time.sleep(0.05)\n"
OWN = '<node pkg="deeplens_camera" exec="camera" name="n" output="screen" respawn="true" respawn_delay="0.05">{}</node>'


def test_status_2_is_final_before_the_first_healthy_run_only():
    policy = RestartPolicy(Respawn(True, 1.0))
    assert policy.is_final(2) and not policy.is_final(1)
    policy.note_ready(0.0)
    assert not policy.is_final(2)
    assert delays(policy, *[(0.1, 0.1)] * 7) == [1, 2, 4, 8, 16, 30, 30]


def delays(policy, *runs):
    """What is waited after runs, each of which got ready (or never did, at None) and ended after so many seconds."""
    found = []
    for ready_s, end_s in runs:
        policy.note_start(0.0)
        if ready_s is not None:
            policy.note_ready(ready_s)
        found.append(policy.delay_after(2, end_s))
    return found


def test_the_delay_doubles_while_it_ends_quickly_and_starts_anew_after_a_long_run():
    quick, long = (0.1, 0.2), (0.1, 60.0)
    waited = delays(RestartPolicy(Respawn(True, 1.0)), *[quick] * 8, long, quick, quick)
    assert waited == [1, 2, 4, 8, 16, 30, 30, 30, 1, 1, 2]


def test_what_it_took_to_tell_that_it_cannot_start_is_no_work():
    policy = RestartPolicy(Respawn(True, 1.0), has_been_healthy=True)
    late = None, SETTLED_S + 5  # it waited for somebody who listens to its reason
    assert delays(policy, late, late, late, (3.0, SETTLED_S + 2), (3.0, SETTLED_S + 3), late) == [1, 2, 4, 8, 1, 1]


@pytest.mark.parametrize(
    ("says_ready", "lasted_s", "is_final"), [(True, 99, True), (False, SETTLED_S, False), (False, 9, True)]
)
def test_a_foreign_one_that_never_says_that_it_is_ready_is_healthy_after_ten_seconds(says_ready, lasted_s, is_final):
    policy = RestartPolicy(Respawn(True, 1.0), says_ready)
    policy.note_start(0.0)
    assert (policy.delay_after(2, lasted_s) is None) is is_final and policy.is_final(2) is is_final


def test_what_is_not_to_respawn_does_not():
    assert RestartPolicy(Respawn(False, 1.0)).delay_after(1, 0.0) is None


def test_a_clean_end_is_followed_by_a_start_too():
    assert RestartPolicy(Respawn(True, 0.5)).delay_after(0, 60.0) == 0.5


def test_a_delay_longer_than_the_limit_is_kept():
    assert RestartPolicy(Respawn(True, 60.0)).delay_after(1, 0.1) == 60


def test_retries_are_counted():
    policy = RestartPolicy(Respawn(True, 0.0, 2))
    assert [policy.delay_after(1, 0.0) for _ in range(3)] == [0, 0, None]


def test_a_million_failures_end_in_no_overflow():
    policy = RestartPolicy(Respawn(True, 1.0), has_been_healthy=True)
    assert {policy.delay_after(2, 0.0) for _ in range(5000)} == {1, 2, 4, 8, 16, 30}


def test_after_a_healthy_run_wrong_configuration_is_tried_again_while_the_others_go_on(launch):
    run = launch(
        OWN.format("") + '<executable cmd="@beats" name="other" output="screen"/>',
        camera=READY + "if restarted:\n    sys.exit(2)\nsay_ready()\nprint('runs')\ntime.sleep(1000)\n",
        beats=BEATS,
    )
    other = run.pid_of("other-2")
    run.wait_for(r"\[camera-1\] runs")
    os.kill(run.pid_of("camera-1"), signal.SIGKILL)
    run.wait_for(r"\[camera-1\]: process has died \[pid \d+, exit code 2\]", 3)
    beats = len(run.wait_for(r"\[other-2\] beat"))
    run.wait_for(r"\[other-2\] beat", beats + 3)
    assert run.pid_of("other-2") == other and run.process.poll() is None
    assert run.interrupt() == 0


def test_its_reason_is_said_each_time_and_what_is_mended_runs_again(launch, tmp_path):
    needed = tmp_path / "film.webm"
    run = launch(
        OWN.format(""),
        camera=READY + f"if restarted and not os.path.exists({str(needed)!r}):\n"
        "    print('error: film.webm: not found', file=sys.stderr)\n    sys.exit(2)\n"
        "say_ready()\nprint('runs', restarted)\ntime.sleep(1000)\n",
    )
    run.wait_for(r"\[camera-1\] runs False")
    os.kill(run.pid_of("camera-1"), signal.SIGKILL)
    run.wait_for(r"\[camera-1\] error: film.webm: not found", 2)
    needed.touch()
    run.wait_for(r"\[camera-1\] runs True")
    assert run.interrupt() == 0


def test_before_a_healthy_run_it_ends_all_even_after_a_crash(launch):
    run = launch(
        OWN.format("") + '<executable cmd="@beats" name="other"/>',
        camera=READY
        + "if not restarted:\n    os._exit(1)\nprint('error: no such film', file=sys.stderr)\nsys.exit(2)\n",
        beats=BEATS,
    )
    assert run.wait() == 2 and run.errors == "error: no such film\n"


def test_parameters_are_written_anew_for_each_start_though_somebody_cleaned_them(launch, home):
    run = launch(
        OWN.format('<param name="source" value="y" type="str"/>'),
        camera=READY + "path = sys.argv[sys.argv.index('--params-file') + 1]\n"
        "print('reads', path, oct(os.stat(path).st_mode & 0o777), *open(path).read().split())\n"
        "say_ready()\ntime.sleep(1000)\n",
    )
    first = Path(run.wait_for(r"reads (\S+) 0o600 /\*\*: ros__parameters: source: \"y\"$")[0][1])
    assert first.is_relative_to(home / "run")
    for each in (first, *first.parents[:2]):
        (each.unlink if each.is_file() else each.rmdir)()
    os.kill(run.pid_of("camera-1"), signal.SIGKILL)
    assert run.wait_for(r"reads (\S+) 0o600 /\*\*: ros__parameters: source: \"y\"$", 2)
    assert run.interrupt() == 0
    assert list((home / "run").iterdir()) == []


def test_a_launch_in_a_folder_that_is_gone_starts_its_processes_again(launch, tmp_path):
    (tmp_path / "here").mkdir()
    run = launch(
        OWN.format(""),
        before=["sh", "-c", f'cd {tmp_path / "here"} && exec "$@"', "sh"],
        camera=READY + "say_ready()\nprint('runs')\ntime.sleep(1000)\n",
    )
    run.wait_for("runs")
    (tmp_path / "here").rmdir()
    os.kill(run.pid_of("camera-1"), signal.SIGKILL)
    run.wait_for("runs", 2)
    assert run.interrupt() == 0


def test_a_program_that_is_replaced_is_waited_for(launch, tmp_path):
    program = tmp_path / "prefix" / "lib" / "deeplens_camera" / "camera"
    run = launch(OWN.format(""), camera=READY + "say_ready()\nprint('runs')\ntime.sleep(1000)\n")
    run.wait_for("runs")
    program.rename(tmp_path / "away")
    os.kill(run.pid_of("camera-1"), signal.SIGKILL)
    run.wait_for(r"\[camera-1\] error: .*/camera: No such file")
    (tmp_path / "away").rename(program)
    run.wait_for("runs", 2)
    assert run.interrupt() == 0


def started(label, pid):
    return f"[INFO] [{label}]: process started with pid [{pid}]"


def died(label, pid, status):
    return f"[ERROR] [{label}]: process has died [pid {pid}, exit code {status}, cmd 'x']."


@pytest.mark.parametrize(
    ("ready", "lasted_s", "label", "fails"),
    [
        ([7], 1.0, "camera-1", False),
        ([], 1.0, "camera-1", True),
        ([], 99.0, "camera-1", True),
        ([8], 1.0, "camera-1", True),
        ([], SETTLED_S, "rosbridge_websocket-5", False),
        ([], 1.0, "rosbridge_websocket-5", True),
    ],
)
def test_under_ros2_launch_the_same_holds(ready, lasted_s, label, fails):
    lines = LauncherLines(frozenset({"camera"}))
    assert lines.failure_in(started(label, 7), 100.0) is None
    for pid in ready:
        lines.note_ready(pid)
    assert lines.failure_in(died(label, 7, -9), 100.0 + lasted_s) is None
    assert lines.failure_in(started(label, 9), 200.0) is None
    assert (lines.failure_in(died(label, 9, 2), 200.5) is not None) is fails


def test_a_launchers_nodes_are_heard_on_its_socket(launch_command, tmp_path):
    program = f"""
import asyncio, os, sys
from signage_launch.launch_xml.plan import Output, Plan, ProcessPlan
from signage_launch.processes.output import Screen
from signage_launch.processes.supervisor import Supervisor
command = (sys.executable, "-u", {str(tmp_path / "launcher.py")!r})
names = frozenset({{"camera"}})
plan = ProcessPlan("l", command, os.environ, output=Output.SCREEN, is_launcher=True, own_names=names)
sys.exit(asyncio.run(Supervisor(Plan([plan]), Screen(sys.stdout)).run()))
"""
    (tmp_path / "launcher.py").write_text(
        READY + "print('[INFO] [camera-1]: process started with pid [%d]' % os.getpid())\nsay_ready()\n"
        "print('[ERROR] [camera-1]: process has died [pid %d, exit code 2, cmd x]' % os.getpid())\n"
        "print('[INFO] [x-2]: process started with pid [1]')\n"
        "print('temporary files in', os.environ['TMPDIR'], 'and logs in', os.environ['ROS_LOG_DIR'])\n"
        "time.sleep(1000)\n"
    )
    _, env = launch_command("")
    env.pop("ROS_LOG_DIR", None)
    with ProgramUnderTest([sys.executable, "-c", program], env) as run:
        folder = run.wait_for(r"temporary files in (\S+) and logs in \1")[0][1]
        assert re.search(r"/home/run/signage-launch-", folder) and run.process.poll() is None
        assert run.end(signal.SIGINT) == 0
    wait_until(lambda: not Path(folder).exists(), "the end of the folder")
