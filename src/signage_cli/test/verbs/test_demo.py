"""The demonstration on the bundled film, with the real graph."""

import os
import signal

import cv2
import pytest
from signage_cli.verbs import demo
from signage_common.browser import find_browser

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
