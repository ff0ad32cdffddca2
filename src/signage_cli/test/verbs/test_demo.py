"""The demonstration on the bundled film, with the real graph."""

import os
import signal
import subprocess
import sys

import cv2
import pytest
from signage_cli.verbs import demo
from signage_common.browser import find_browser
from signage_common.home import signage_home

pytestmark = pytest.mark.graph


@pytest.fixture
def start_demo(graph, unused_ports, tmp_path, wait_for):
    """Start ``./signage demo``; returns its process and a function that reads what it has written."""
    film = signage_home() / "film" / "demo.mp4"
    if not film.exists():
        pytest.skip(f"{film} is missing; `./signage setup` makes it")
    started = []

    def start(*words):
        http_port, rosbridge_port = unused_ports
        ports = (f"http_port:={http_port}", f"rosbridge_port:={rosbridge_port}")
        command = [sys.executable, "-m", "signage_cli.verbs.demo", *words, *ports]
        log = tmp_path / "demo.log"
        env = {key: value for key, value in graph.env.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        with log.open("w") as out:
            process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process, log.read_text, http_port

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(10)
        process.stderr.close()


def test_it_tells_where_the_sign_is_and_of_every_decision_and_sums_up(start_demo):
    process, written, http_port = start_demo("--seconds", "20")
    assert process.wait(60) == 0
    text = written()
    assert (
        f"the sign is at http://127.0.0.1:{http_port}/" in text and f"ssh -L {http_port}:127.0.0.1:{http_port}" in text
    )
    decisions = [line for line in text.splitlines() if " ms  " in line]
    assert decisions and all("watcher" in line for line in decisions)
    assert text.splitlines()[-1].startswith(f"{len(decisions)} episode")
    assert "ms at the median" in text.splitlines()[-1]
    assert process.stderr.read() == ""


@pytest.mark.browser
def test_the_snapshot_shows_a_targeted_advertisement(start_demo, wait_for, tmp_path):
    if find_browser(os.environ) is None:
        pytest.skip("no Chromium: apt-get install chromium")
    picture = tmp_path / "sign.png"
    process, written, _ = start_demo("--snapshot", str(picture))
    wait_for(lambda: f"wrote {picture}" in written(), "the picture")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    image = cv2.imread(str(picture))
    assert image.shape == (720, 1280, 3) and image.std() > 10
    assert list(tmp_path.glob("*.png")) == [picture]
    assert "play" in written().splitlines()[-1]


def test_a_picture_that_could_not_be_taken_in_time_is_a_failure(start_demo, tmp_path):
    if find_browser(os.environ) is None:
        pytest.skip("no Chromium: apt-get install chromium")
    process, _, _ = start_demo("--seconds", "1", "--snapshot", str(tmp_path / "sign.png"))
    assert process.wait(60) == 1
    assert process.stderr.read() == f"error: {tmp_path / 'sign.png'}: no targeted advertisement was shown in time\n"


def test_without_the_film_one_line_names_the_set_up(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    assert demo.main([]) == 2
    assert capsys.readouterr().err == f"error: {tmp_path}/film/demo.mp4: not found; `./signage setup` makes it\n"
