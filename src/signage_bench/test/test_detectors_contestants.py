import pytest
from face_inference.networks.detectors import DETECTORS
from signage_bench.detectors_contestants import CONTESTANTS, LARGEST, PAPER, SIZES
from signage_cli.setup.extras import DETECTOR_NAMES

NAMES = [contestant.name for contestant in CONTESTANTS]


def test_the_papers_ways_and_ours_are_compared():
    assert NAMES == ["ssd", "ssd-fast", "tiny", "haar", "dlib", "dlib-cnn", "face_recognition", "face_recognition-cnn"]
    assert set(NAMES) <= set(DETECTORS) and set(DETECTOR_NAMES) < set(NAMES)
    assert LARGEST in SIZES and (640, 480) in SIZES


def test_each_of_the_papers_bars_has_its_like_here():
    assert {figure.detector for figure in PAPER} == {"ssd", "dlib", "face_recognition", "haar"}
    assert all(figure.from_s < figure.to_s for figure in PAPER)


@pytest.mark.parametrize(("name", "share"), [("ssd", 1.0), ("dlib", 1 / 3)])
def test_smaller_frames_take_less_where_the_detector_grows_with_them(name, share):
    contestant = CONTESTANTS[NAMES.index(name)]
    assert contestant.frame_s((640, 480)) == pytest.approx(share * contestant.expected_s)
