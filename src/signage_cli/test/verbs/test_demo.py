"""The demonstration on the bundled film, with the real graph."""

import os
import signal
import subprocess
import sys

import cv2
import pytest
from signage_cli.verbs import demo
from signage_common.browser import find_browser
from signage_common.domains import reserved_domain
from signage_common.process_testing import PATIENCE_S

pytestmark = pytest.mark.graph


def test_it_tells_where_the_sign_is_and_of_every_decision_and_sums_up(start, film):
    demo = start("demo", "--seconds", "20")
    assert demo.wait() == 0
    text = "\n".join(demo.lines)
    port = demo.http_port
    assert f"the sign is at http://127.0.0.1:{port}/" in text and f"ssh -L {port}:127.0.0.1:{port}" in text
    decisions = [line for line in demo.lines if " ms  " in line]
    assert decisions and all("watcher" in line for line in decisions)
    assert demo.lines[-1].startswith(f"{len(decisions)} episode")
    assert "ms at the median" in demo.lines[-1]
    assert demo.errors == ""


@pytest.mark.browser
def test_the_snapshot_shows_a_targeted_advertisement(start, film, tmp_path):
    if find_browser(os.environ) is None:
        pytest.skip("no Chromium: apt-get install chromium")
    picture = tmp_path / "sign.png"
    demo = start("demo", "--snapshot", str(picture))
    demo.wait_for(f"wrote {picture}")
    assert demo.end(signal.SIGINT) == 0
    image = cv2.imread(str(picture))
    assert image.shape == (720, 1280, 3) and image.std() > 10
    assert list(tmp_path.glob("*.png")) == [picture]
    assert "play" in demo.lines[-1]


def test_a_picture_that_could_not_be_taken_in_time_is_a_failure(start, film, tmp_path):
    if find_browser(os.environ) is None:
        pytest.skip("no Chromium: apt-get install chromium")
    demo = start("demo", "--seconds", "1", "--snapshot", str(tmp_path / "sign.png"))
    assert demo.wait() == 1
    assert demo.errors == f"error: {tmp_path / 'sign.png'}: no targeted advertisement was shown in time\n"


def test_without_the_film_one_line_names_the_set_up(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    assert demo.main([]) == 2
    assert capsys.readouterr().err == f"error: {tmp_path}/film/demo.mp4: not found; `./signage setup` makes it\n"


@pytest.mark.fault
def test_it_keeps_apart_from_other_graphs_of_the_machine(start, film):
    """A sign that runs beside it in the default domain must hear nothing of it, and the other way round."""
    demo = start("demo", "--seconds", "3", "source:=synthetic", ROS_DOMAIN_ID="")
    (match,) = demo.wait_for(r"ROS_DOMAIN_ID=(\d+) reaches them")
    with reserved_domain() as other:
        assert int(match[1]) not in (0, other)
    assert demo.wait() == 0 and demo.errors == ""


@pytest.mark.fault
def test_a_domain_that_is_chosen_is_taken(start, graph, film):
    demo = start("demo", "--seconds", "1", "source:=synthetic")
    assert demo.wait() == 0
    assert any(f"ROS_DOMAIN_ID={graph.env['ROS_DOMAIN_ID']} reaches them" in line for line in demo.lines)


@pytest.mark.fault
@pytest.mark.parametrize("redirect", [">/dev/full", "> >(true)", ">&-", ">/dev/full 2>&1"])
def test_it_goes_on_whatever_becomes_of_its_output(graph, film, redirect):
    command = f'"$0" -m signage_cli.verbs.demo --seconds 3 http_port:=0 rosbridge_port:=0 {redirect}'
    done = subprocess.run(
        ["bash", "-c", command, sys.executable], env=graph.env, capture_output=True, check=False, timeout=PATIENCE_S
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.fault
def test_nobody_reads_and_it_still_answers_a_signal(graph, film):
    """A pipe that is full takes nothing more; who writes to it waits, but not who runs the sign."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    try:
        while True:
            os.write(theirs, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(theirs, True)
    command = [sys.executable, "-m", "signage_cli.verbs.demo", "http_port:=0", "rosbridge_port:=0"]
    with subprocess.Popen(command, env=graph.env, stdout=theirs, stderr=subprocess.DEVNULL) as program:
        probe = graph.probe()
        graph.spin_until(lambda: "ad_selector" in probe.get_node_names(), what="the nodes")
        program.send_signal(signal.SIGINT)
        assert program.wait(PATIENCE_S) == 0
    os.close(ours)
    os.close(theirs)


def test_a_launch_argument_is_no_argument_of_ros(start, film):
    demo = start("demo", "--seconds", "1", "source:=synthetic", "device:=lobby")
    assert demo.wait() == 0 and demo.errors == ""
