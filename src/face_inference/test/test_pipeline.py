"""The whole way from image to faces, with the real networks on real photos."""

import dataclasses
import itertools
import time

import pytest
from face_inference.boxes import shorter_side
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.pipeline import Pipeline
from face_inference.tracks import FaceState
from signage_common.demographics import Demographics, Gender


@pytest.fixture(scope="module")
def networks(models_dir):
    return load_networks(FaceInferenceParams(models_dir=str(models_dir)))


def analyser(networks, **params):
    """Analyse images a tenth of a second apart, with a timer that ticks once a reading."""
    ticks, stamps = itertools.count(), itertools.count()
    pipeline = Pipeline(networks, FaceInferenceParams(**params), lambda: next(ticks), time.process_time)
    return lambda *images: [pipeline.analyse(image, next(stamps) / 10) for image in images]


@pytest.fixture
def analyse(networks):
    return analyser(networks)


def test_a_still_face_keeps_id_and_estimation(analyse, portrait):
    analyses = analyse(*[portrait()] * 8)
    told = [[(face.track_id, face.fused.estimation) for face in one.faces] for one in analyses]
    assert told == [[(1, "20f")]] * 8
    first, last = analyses[0].faces[0].fused, analyses[-1].faces[0].fused
    assert last.gender_confidence > first.gender_confidence and last.age_spread_years < first.age_spread_years


def test_a_moving_face_keeps_its_id_and_one_estimation(analyse, portrait):
    analyses = analyse(*[portrait(200 + 70 * step, 300 + 6 * step) for step in range(12)])
    told = [[(face.track_id, face.state, face.fused.estimation) for face in one.faces] for one in analyses]
    assert told == [[(1, FaceState.DETECTED, "20f")]] * 12


def test_somebody_who_comes_nearer_is_unknown_at_first_and_known_in_the_end(networks, portrait):
    analyses = analyser(networks, min_face_px=60)(*[portrait(scale=0.42 * 1.07**step) for step in range(16)])
    faces = [face for one in analyses for face in one.faces]
    assert {face.track_id for face in faces} == {1}
    for face in faces:
        assert face.fused == Demographics() or shorter_side(face.xyxy_px) >= 60
    assert faces[0].fused == Demographics() and faces[-1].fused.gender is Gender.FEMALE


def test_a_hidden_face_is_predicted_with_what_is_known_of_it(analyse, portrait, empty_scene):
    seen = analyse(*[portrait()] * 4)[-1].faces[0]
    hidden = analyse(empty_scene)[0].faces[0]
    assert (hidden.track_id, hidden.state) == (seen.track_id, FaceState.PREDICTED)
    assert hidden.fused == seen.fused and hidden.estimate == Demographics()
    assert analyse(*[empty_scene] * 6)[-1].faces == ()


def test_a_face_tells_for_how_long_it_has_been_still_whatever_its_track(analyse, portrait, empty_scene):
    def still_s(analyses):
        return [face.still_s for one in analyses for face in one.faces]

    assert still_s(analyse(*[portrait()] * 4, *[portrait(646)] * 2)) == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.0, 0.1])
    proven = analyse(*[portrait(646)] * 51)[-1].faces[0]
    hidden = analyse(*[empty_scene] * 12)
    assert (hidden[0].faces[0].state, hidden[0].faces[0].still_s) == (FaceState.PREDICTED, None)
    again = analyse(portrait(646))[-1].faces[0]
    assert again.track_id != proven.track_id and again.still_s == pytest.approx(proven.still_s) == pytest.approx(5.2)


def test_a_face_hidden_for_a_moment_is_the_same_person(analyse, portrait, empty_scene):
    path = [portrait(300 + 30 * step) for step in range(10)]
    path[5:7] = [empty_scene] * 2
    analyses = analyse(*path)
    assert [[face.track_id for face in one.faces] for one in analyses] == [[1]] * 10
    assert analyses[-1].faces[0].state is FaceState.DETECTED


def test_at_most_two_faces_are_classified_in_one_image_and_all_in_the_end(analyse, photos):
    analyses = analyse(*[photos["sample5"]] * 12)
    counts = [sum(face.estimate != Demographics() for face in one.faces) for one in analyses]
    assert max(counts) == 2
    assert len(analyses[-1].faces) == 5
    *others, turned = sorted(analyses[-1].faces, key=lambda face: face.attention, reverse=True)
    assert all(face.fused.gender is Gender.FEMALE for face in others)
    assert turned.fused == Demographics() and turned.attention < 0.2


def test_the_times_are_those_of_the_timer(analyse, portrait, empty_scene):
    empty, full = analyse(empty_scene, portrait())
    assert (empty.detect_ms, empty.classify_ms) == (1000.0, 0.0)
    assert (full.detect_ms, full.classify_ms) == (1000.0, 1000.0)
    assert 1.0 < full.detect_cpu_ms < 1000.0


def test_boxes_lie_inside_the_image(analyse, portrait):
    analyses = analyse(*[portrait(x, 360) for x in (200, 130, 60, 0, -60)])
    boxes = [face.xyxy_px for one in analyses for face in one.faces]
    assert len(boxes) >= 3
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= 1280 and 0 <= top < bottom <= 720


@pytest.fixture
def live(networks):
    """Show images a tenth of a second apart; give what shows one, and what sets live parameters meanwhile."""
    stamps = itertools.count()
    params = FaceInferenceParams()
    pipeline = Pipeline(networks, params, time.perf_counter, time.process_time)

    def show(image, times=1):
        return [pipeline.analyse(image, next(stamps) / 10).faces for _ in range(times)][-1]

    yield show, lambda **changes: pipeline.follow(dataclasses.replace(params, **changes))
    pipeline.follow(params)  # the networks are shared


@pytest.mark.fault
@pytest.mark.parametrize(
    "changes",
    [{"min_face_px": 200}, {"min_confidence": 0.98}, {"child_below_years": 25.0}],
    ids=lambda one: next(iter(one)),
)
def test_a_rule_that_is_set_holds_for_a_running_track_at_once(live, portrait, changes):
    show, follow = live
    (known,) = show(portrait(), times=8 if "min_confidence" not in changes else 1)
    follow(**changes)
    (now,) = show(portrait())
    follow()
    (again,) = show(portrait())
    assert [face.track_id for face in (known, now, again)] == [known.track_id] * 3
    assert [face.fused.gender for face in (known, now, again)] == [Gender.FEMALE, Gender.UNKNOWN, Gender.FEMALE]


@pytest.mark.fault
@pytest.mark.parametrize("changes", [{"max_away_deg": 10.0}, {"min_sharpness": 1.0}], ids=lambda one: next(iter(one)))
def test_images_that_no_longer_show_enough_are_no_evidence_at_once(live, photos, changes):
    show, follow = live
    follow(faces_per_image=50)
    before = sum(face.estimate != Demographics() for face in show(photos["sample5"]))
    follow(faces_per_image=50, **changes)
    assert sum(face.estimate != Demographics() for face in show(photos["sample5"])) < before


@pytest.mark.fault
def test_as_many_faces_are_classified_as_is_set(live, photos):
    show, follow = live
    counts = []
    for limit in (2, 1, 4):
        follow(faces_per_image=limit)
        counts.append(sum(face.estimate != Demographics() for face in show(photos["sample5"])))
    assert counts == [2, 1, 4]


@pytest.mark.fault
def test_scores_that_are_set_decide_what_starts_and_what_goes_on(live, portrait, empty_scene):
    show, follow = live
    (seen,) = show(portrait())
    assert seen.score < 0.9999
    follow(start_score=1.0, keep_score=0.05)
    (kept,) = show(portrait(), times=3)
    assert (kept.track_id, kept.state) == (seen.track_id, FaceState.DETECTED)
    assert show(empty_scene, times=8) == () and show(portrait(), times=3) == ()
    follow()
    (other,) = show(portrait(), times=3)
    follow(start_score=1.0, keep_score=1.0)
    (missed,) = show(portrait())
    assert (missed.track_id, missed.state) == (other.track_id, FaceState.PREDICTED)


@pytest.mark.fault
def test_a_missed_face_is_predicted_for_as_long_as_is_set(live, portrait, empty_scene):
    show, follow = live
    show(portrait(), times=4)
    follow(coast_s=5.0)
    assert [face.state for face in show(empty_scene, times=20)] == [FaceState.PREDICTED]
    follow(coast_s=0.0)
    assert show(empty_scene) == ()


@pytest.mark.fault
@pytest.mark.parametrize("jump_s", [-1e9, -3600.0, -1.0, 3600.0, 1e9])
def test_tracks_start_anew_wherever_the_clock_jumps_and_nothing_is_stuck(networks, portrait, jump_s):
    pipeline = Pipeline(networks, FaceInferenceParams(), time.perf_counter, time.process_time)
    told = []
    for turn in range(3):
        start_s = 1.8e9 + turn * jump_s
        faces = [pipeline.analyse(portrait(), start_s + step / 10).faces for step in range(3)]
        assert [len(one) for one in faces] == [1, 1, 1] and faces[-1][0].fused.estimation == "20f"
        assert faces[-1][0].attention is not None
        told.append({one[0].track_id for one in faces})
    assert told == [{1}, {2}, {3}]
