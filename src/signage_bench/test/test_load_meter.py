import subprocess
import sys

import psutil
import pytest
from signage_bench.load_meter import LAUNCHER, LoadMeter, node_name, program_name
from signage_common.process_testing import wait_until

TREE = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {child!r}, "--ros-args", "-r", "__node:=busy"])
print("ready", flush=True)
sys.stdin.readline()
child.kill(); child.wait()
print("gone", flush=True)
sys.stdin.readline()
"""
CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"


@pytest.mark.parametrize(
    ("command", "node", "program"),
    [
        (["/usr/bin/python3", "/opt/lib/cameras/cam", "--ros-args", "-r", "__node:=camera"], "camera", "cam"),
        (["/usr/bin/python3.11", "/opt/lib/rosbridge_server/rosbridge_websocket"], None, "rosbridge_websocket"),
        (["/usr/lib/server", "--flag"], None, "server"),
        ([], None, "unnamed"),
    ],
)
def test_names(command, node, program):
    assert (node_name(command), program_name(command)) == (node, program)


@pytest.fixture
def launcher():
    command = [sys.executable, "-c", TREE.format(child=CHILD)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        for member in psutil.Process(process.pid).children(recursive=True):
            member.kill()
        process.kill()


def sample_until(meter, holds):
    def loads():
        found = meter.sample(with_shares=True).loads
        return found if holds(found) else None

    return wait_until(loads, "the loads")


def test_a_program_counts_with_all_below_it(launcher):
    meter = LoadMeter(launcher.pid)
    loads = sample_until(meter, lambda loads: "busy" in loads and loads["busy"].cpu_s > 0.2)
    assert set(loads) == {LAUNCHER, "busy"}
    assert 0 < loads["busy"].pss_mb < loads["busy"].rss_mb


def test_what_is_below_the_bench_and_not_in_the_graph_is_the_browser(launcher):
    meter = LoadMeter(launcher.pid)
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        wait_until(lambda: meter.sample().outside_s["browser"] >= 0.2, "what the browser uses")
        outside_s = meter.sample().outside_s
        busy.kill()
    assert outside_s["browser"] >= 0.2 and outside_s["bench"] > 0
    assert outside_s["machine"] > outside_s["browser"] + outside_s["bench"]


def test_what_a_dead_program_used_is_kept(launcher):
    meter = LoadMeter(launcher.pid)
    before = sample_until(meter, lambda loads: "busy" in loads and loads["busy"].cpu_s > 0.2)["busy"].cpu_s
    for member in psutil.Process(launcher.pid).children(recursive=True):
        member.kill()
    launcher.stdin.write("\n")
    launcher.stdin.flush()
    assert launcher.stdout.readline() == "gone\n"
    after = meter.sample().loads
    assert after["busy"].cpu_s == before and after["busy"].rss_mb == 0


def test_a_process_goes_by_what_it_has_become():
    becomes = "import os, sys; input(); os.execv(sys.executable, [sys.executable, '-c', {!r}, '-r', '__node:=late'])"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {becomes.format('input()')!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE) as process:
        meter = LoadMeter(process.pid)
        early = sample_until(meter, lambda loads: len(loads) == 2)
        process.stdin.write(b"\n")
        process.stdin.flush()
        late = sample_until(meter, lambda loads: "late" in loads)
        process.stdin.write(b"\n")
    assert "late" not in early and set(late) == {LAUNCHER, "late"}
