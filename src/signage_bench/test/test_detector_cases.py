import pytest
from face_inference.networks.detectors import DETECTORS
from signage_bench.detector_cases import DETECTOR_CASES, LARGEST, PAPER_RESULTS, SIZES

NAMES = [case.name for case in DETECTOR_CASES]


def test_the_papers_ways_and_ours_are_compared():
    assert NAMES == ["ssd", "ssd-fast", "tiny", "haar", "dlib", "dlib-cnn", "face_recognition", "face_recognition-cnn"]
    assert set(NAMES) <= set(DETECTORS)
    assert LARGEST in SIZES and (640, 480) in SIZES


def test_each_of_the_papers_bars_has_its_like_here():
    assert {result.detector for result in PAPER_RESULTS} == {"ssd", "dlib", "face_recognition", "haar"}
    assert all(result.from_s < result.to_s for result in PAPER_RESULTS)


@pytest.mark.parametrize(("name", "share"), [("ssd", 1.0), ("dlib", 1 / 3)])
def test_smaller_frames_take_less_where_the_detector_grows_with_them(name, share):
    case = DETECTOR_CASES[NAMES.index(name)]
    assert case.expected_frame_s((640, 480)) == pytest.approx(share * case.expected_s)
