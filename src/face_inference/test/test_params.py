from pathlib import Path

import pytest
from face_inference.params import FaceInferenceParams
from signage_common.errors import ConfigurationError
from signage_common.params import specs


@pytest.mark.parametrize(
    ("profile", "detector", "name"),
    [
        ("default", "", "ssd"),
        ("fast", "", "ssd-fast"),
        ("close-up", "", "tiny"),
        ("fast", "ssd", "ssd"),
    ],
)
def test_the_detector_is_that_of_the_profile_unless_named(profile, detector, name):
    assert FaceInferenceParams(profile=profile, detector=detector).detector_name == name


def test_models_lie_in_the_home_folder_unless_said(monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", "/somewhere")
    assert FaceInferenceParams().models_path == Path("/somewhere/models")
    assert FaceInferenceParams(models_dir="/else").models_path == Path("/else")


def test_the_detector_reports_what_continues_a_track():
    assert FaceInferenceParams(start_score=0.5, keep_score=0.3).detection_score == 0.3
    assert FaceInferenceParams(start_score=0.4, keep_score=0.9).detection_score == 0.4


def test_the_rules_hold_what_is_set():
    params = FaceInferenceParams(min_face_px=60, min_confidence=0.9, coast_s=0.2, faces_per_image=5)
    assert (params.abstention_rules.min_face_px, params.abstention_rules.min_confidence) == (60, 0.9)
    assert (params.track_rules.coast_s, params.faces_per_image) == (0.2, 5)


@pytest.mark.parametrize("name", specs(FaceInferenceParams))
def test_every_number_has_a_range_that_holds_its_default(name):
    default, spec = specs(FaceInferenceParams)[name]
    assert spec.description.endswith(".")
    if not isinstance(default, str):
        assert spec.minimum <= default <= spec.maximum


@pytest.mark.fault
def test_what_may_be_set_while_the_node_runs():
    assert {name for name, (_, spec) in specs(FaceInferenceParams).items() if spec.is_live} == {
        *("start_score", "keep_score", "coast_s", "detect_rate_hz", "still_rate_hz", "faces_per_image"),
        *("min_face_px", "min_confidence", "child_below_years", "max_away_deg", "min_sharpness"),
    }


@pytest.mark.fault
def test_scores_that_a_detector_never_gives_are_a_configuration_error():
    with pytest.raises(ConfigurationError, match="detector haar: expected a score below 1"):
        FaceInferenceParams(detector="haar", start_score=1.0, keep_score=1.0)
    assert FaceInferenceParams(detector="haar", start_score=1.0, keep_score=0.9).detection_score == 0.9
    assert FaceInferenceParams(start_score=1.0, keep_score=1.0).detection_score == 1.0
