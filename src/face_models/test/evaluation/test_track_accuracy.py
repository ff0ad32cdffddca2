"""Clips of the two portraits of men, where they are, and of women of the sample photos."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_models.evaluation.synthetic_clips import make_clip
from face_models.evaluation.track_accuracy import FRAMES, ClipEstimates, ClipEstimator, compare_scores, main, score
from face_models.labelled.faces import LabelledFace
from signage_common.demographics import Decade, Demographics, Gender
from signage_common.home import signage_home

CLIPS = 6


@pytest.fixture(scope="module")
def params(models_dir):
    return FaceInferenceParams(models_dir=str(models_dir))


@pytest.fixture(scope="module")
def clips(params, photos):
    """Twelve frames each of three clips of a woman of three photos, and of six of each portrait."""
    networks = load_networks(params)
    estimator = ClipEstimator(networks, params.abstention_rules)
    stills = [(photos[name], Gender.FEMALE, 25.0) for name in ("sample1", "sample3", "sample6")]
    portraits = signage_home() / "portraits"
    for name, age in (("obama", 47.0), ("biden", 70.0)):
        if (portraits / f"{name}.jpg").exists():
            stills.append((cv2.imread(str(portraits / f"{name}.jpg")), Gender.MALE, age))
    clips = []
    for number, (still, gender, age) in enumerate(stills):
        found = networks.detector.detect(still)
        left, top, right, bottom = found.xyxy_px[0].tolist()
        for seed in range(CLIPS if gender is Gender.MALE else CLIPS // 2):
            clip = make_clip(still, (left, top, right, bottom), FRAMES, np.random.default_rng([number, seed]))
            clips.append(estimator.estimate(LabelledFace(Path(f"{number}-{seed}"), gender, age), clip))
    return clips


def test_tracks_are_better_than_single_images(clips, params):
    table = compare_scores(clips, params.abstention_rules)
    single, fused, last = table["single"], table["fused"], table["fused, last"]
    assert fused.gender_answered > single.gender_answered
    assert fused.gender_accuracy >= single.gender_accuracy and last.gender_accuracy == 1.0
    assert fused.changes < single.changes / 3


def test_the_ages_of_a_track_scatter_less(clips):
    def spread(which):
        ages = [[one.age_years for one in getattr(clip, which) if one.age_years is not None] for clip in clips]
        return np.mean([np.std(one[-8:]) for one in ages if len(one) >= 8])

    assert spread("fused") < spread("single") / 2


FACE = LabelledFace(Path("x"), Gender.MALE, 44.0)


def demographics(gender=Gender.MALE, age=44.0, decade=Decade.D40S):
    return Demographics(gender, 0.9, age, 5.0, decade)


def test_scores_count_what_was_said():
    said = [demographics(), demographics(Gender.FEMALE, 50.0, Decade.D50S), Demographics()]
    result = score([(FACE, said)], 16.0)
    assert (result.n, result.gender_answered, result.gender_accuracy) == (3, pytest.approx(2 / 3, abs=1e-4), 0.5)
    assert (result.age_mae, result.decade_exact, result.changes) == (3.0, 0.5, 1.0)


def test_of_children_no_gender_is_asked():
    child = LabelledFace(Path("x"), Gender.MALE, 8.0)
    unknown = demographics(Gender.UNKNOWN, 9.0, Decade.D0S)
    assert np.isnan(score([(child, [unknown])], 16.0).gender_answered)


def test_the_last_image_of_a_track_is_looked_at_alone(params):
    estimates = ClipEstimates(FACE, (Demographics(),) * 2, (Demographics(), demographics()))
    table = compare_scores([estimates], params.abstention_rules)
    assert table["fused, last"].n == 1 and table["fused, last"].gender_answered == 1.0
    assert table["fused"].gender_answered == 0.5 and table["single"].gender_answered == 0.0


def test_an_empty_folder_is_one_line_and_status_2(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
