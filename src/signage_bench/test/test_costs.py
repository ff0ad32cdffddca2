import pytest
from bench_records import START_NS, still_scene, two_episodes
from signage_bench.costs import EMPTY, cost_figures, detection_cpu
from signage_bench.recording import DetectionCount, Recording

S = 1_000_000_000


def counts(*pairs):
    return [DetectionCount(START_NS + second * S, images, cpu_s) for second, (images, cpu_s) in enumerate(pairs)]


def test_the_cost_of_a_frame_in_detections():
    detection, frame, ratio = cost_figures(two_episodes())
    assert (detection.name, frame.name, ratio.name) == (
        "detection_cpu",
        "face_inference_cpu_per_frame",
        "cost_ratio",
    )
    assert detection.mean == pytest.approx(40.0)
    assert frame.mean == pytest.approx(500 / 30, abs=0.001)
    assert ratio.mean == pytest.approx(500 / 30 / 40, abs=0.001)


def test_the_other_run_has_names_of_its_own():
    figures = cost_figures(still_scene(), EMPTY)
    assert figures[2].mean == pytest.approx(8 / 40)
    assert {figure.name for figure in figures} == {
        "detection_cpu_empty",
        "face_inference_cpu_per_frame_empty",
        "cost_ratio_empty",
    }


def test_what_lies_outside_the_measurement_does_not_count():
    recording = two_episodes()
    recording.detections.insert(0, DetectionCount(START_NS - S, 0, -900.0))
    assert cost_figures(recording) == cost_figures(two_episodes())


def test_a_node_that_started_again_does_not_count_backwards():
    figure = detection_cpu(counts((10, 0.4), (20, 0.8), (2, 0.1), (12, 0.6)))
    assert figure.n == 2 and figure.mean == pytest.approx(45.0)


def test_a_second_without_detection_gives_no_sample():
    assert detection_cpu(counts((10, 0.4), (10, 0.4), (20, 0.9))).n == 1


def test_without_counts_nothing_is_measured():
    assert [figure.mean for figure in cost_figures(Recording())] == [None] * 3
