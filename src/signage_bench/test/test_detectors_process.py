"""The real process of a real detector."""

import psutil
import pytest
from signage_bench.detectors_contestants import Contestant
from signage_bench.detectors_process import measure_detector
from signage_bench.errors import BenchError
from signage_common.home import signage_home

TINY = Contestant("tiny", "mxnet", 0.01)
SIZE = (640, 480)


@pytest.fixture(autouse=True)
def _models():
    if not (signage_home() / "models" / "manifest.json").exists():
        pytest.skip("the models are missing: ./signage setup makes them")


@pytest.mark.parametrize(("rounds", "frames"), [(0, 6), (2, 12)])
def test_every_photo_is_shown_and_told_of(rounds, frames):
    done = []
    answers = measure_detector(TINY, SIZE, rounds, done.append)
    assert done == list(range(1, frames + 1))
    assert [answer["index"] for answer in answers.frames] == list(range(6)) * (frames // 6)
    assert answers.frames[0]["xyxy_px"] == answers.frames[-6]["xyxy_px"] != []
    assert answers.start_ms > 50 and 50 < answers.rss_mb < 1000


def test_a_detector_that_fails_is_told_with_its_own_words():
    with pytest.raises(BenchError, match=r"detector retina at 640x480: .*expected one of ssd"):
        measure_detector(Contestant("retina", "none", 1.0), SIZE, 0, lambda frames: None)


def test_nothing_is_left_when_the_caller_goes_away():
    def stop(frames):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_detector(TINY, SIZE, 1000, stop)
    left = [child for child in psutil.Process().children() if "detectors_worker" in " ".join(child.cmdline())]
    assert left == []
