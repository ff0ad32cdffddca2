import subprocess
import sys

import psutil
import pytest
from signage_bench import running_graph
from signage_bench.measurement import BenchError
from signage_bench.running_graph import RunningGraph, stop_graph
from signage_common.errors import ConfigurationError
from signage_common.process_testing import PATIENCE_S

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("ready", flush=True)
time.sleep(600)
"""


def ended(tmp_path, status, text):
    output = tmp_path / "output.log"
    output.write_text(text)
    process = subprocess.Popen([sys.executable, "-c", f"raise SystemExit({status})"])
    process.wait()
    return RunningGraph(process, output, 1, 2)


@pytest.mark.parametrize(("text", "line"), [("a\nb\n\n", "b"), ("", "it printed nothing")])
def test_last_line(tmp_path, text, line):
    assert ended(tmp_path, 0, text).last_line() == line


def test_a_graph_that_ended_tells_its_last_line(tmp_path):
    with pytest.raises(BenchError, match="status 1: camera died"):
        ended(tmp_path, 1, "starting\ncamera died\n").check()


def test_a_graph_that_was_given_something_wrong_says_it_as_its_own(tmp_path):
    with pytest.raises(ConfigurationError, match=r"^ads.yaml: not found$"):
        ended(tmp_path, 2, "error: ads.yaml: not found\n").check()


def test_nothing_is_left_of_a_launcher_that_does_not_listen(monkeypatch):
    monkeypatch.setattr(running_graph, "STOP_S", 0.2)
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) == 1
    stop_graph(process)
    process.stdout.close()
    assert process.returncode == -9
    psutil.wait_procs(family, timeout=PATIENCE_S)
    assert not family[0].is_running()
