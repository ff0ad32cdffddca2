import pytest
from bench_records import START_NS, still_scene, two_episodes
from signage_bench.load_metrics import (
    EMPTY,
    cores_outside_graph,
    cost_metrics,
    cpu_metrics,
    detection_cpu,
    frames_captured,
    memory_metrics,
    rss_growth,
    work_per_frame,
)
from signage_bench.recording import CaptureCount, DetectionCost, Load, LoadSample, Recording
from signage_common.stamps import NS_PER_S


def by_name(metrics):
    return {metric.name: metric for metric in metrics}


def samples(*cpu_s):
    return [LoadSample(START_NS + i * NS_PER_S, {"camera": Load(value, 100.0)}) for i, value in enumerate(cpu_s)]


def test_cores_are_the_growth_of_processor_time():
    metrics = by_name(cpu_metrics(two_episodes().loads))
    assert metrics["cpu_total"].mean == pytest.approx(0.7)
    assert metrics["cpu_camera"].p50 == pytest.approx(0.2) and metrics["cpu_camera"].n == 10


def test_the_mean_of_the_cores_is_that_of_the_whole_time():
    uneven = [
        LoadSample(START_NS + second * NS_PER_S, {"camera": Load(cpu, 1.0)}) for second, cpu in ((0, 0), (1, 1), (5, 1))
    ]
    assert by_name(cpu_metrics(uneven))["cpu_total"].mean == pytest.approx(0.2)


def test_a_single_sample_gives_no_cores():
    assert by_name(cpu_metrics(samples(1.0)))["cpu_total"].n == 0


def test_cores_beside_the_graph():
    assert cores_outside_graph(two_episodes().loads) == {"browser": 0.4, "bench": 0.05, "others": 0.15}
    assert cores_outside_graph([]) == {}


def test_memory_is_summed_over_the_nodes():
    metrics = by_name(memory_metrics(two_episodes().loads))
    assert metrics["rss_total"].max == 410 and metrics["rss_face_inference"].p50 == 305
    assert metrics["pss_camera"].p50 == 40


def test_a_share_that_was_not_read_for_every_node_gives_no_sum():
    assert by_name(memory_metrics(two_episodes().loads))["pss_total"].n == 0


def test_growth_is_per_ten_minutes():
    assert rss_growth(two_episodes().loads).p50 == pytest.approx(600.0)


def test_frames_captured_per_second():
    metric = frames_captured(two_episodes().captured)
    assert metric.p50 == metric.mean == 30 and metric.n == 10


def test_a_camera_that_started_again_does_not_count_backwards():
    counts = [CaptureCount(START_NS + i * NS_PER_S, frames) for i, frames in enumerate([300, 330, 5, 35])]
    assert frames_captured(counts).mean == 30 and frames_captured(counts).n == 2


def test_what_the_camera_says_beside_its_rhythm_makes_no_rate():
    counts = [
        CaptureCount(START_NS + round(s * NS_PER_S), frames) for s, frames in [(0, 0), (1, 30), (1.01, 31), (2, 60)]
    ]
    assert frames_captured(counts).max == 30 and frames_captured(counts).n == 2


def test_work_per_frame_is_camera_and_perception_by_captured_frames():
    recording = two_episodes()
    metric = work_per_frame(recording, recording.loads)
    assert metric.mean == metric.p50 == pytest.approx(0.7 / 30 * 1000, abs=0.001)


def test_other_nodes_do_not_count_as_work_on_a_frame():
    recording = two_episodes()
    more = [
        LoadSample(s.time_ns, {**s.loads, "signage_bridge": Load(9.9 * i, 1.0)}) for i, s in enumerate(recording.loads)
    ]
    assert work_per_frame(recording, more) == work_per_frame(recording, recording.loads)


def test_work_while_the_camera_did_not_say_how_much_it_captured_does_not_count():
    recording = two_episodes()
    whole, recording.captured = work_per_frame(recording, recording.loads), recording.captured[3:8]
    assert work_per_frame(recording, recording.loads).mean == whole.mean
    assert work_per_frame(recording, recording.loads).n == 4


@pytest.mark.parametrize("frames", [[], [100] * 11])
def test_no_frames_give_no_work_per_frame(frames):
    recording = two_episodes()
    recording.captured = [CaptureCount(s.time_ns, n) for s, n in zip(recording.loads, frames, strict=False)]
    assert work_per_frame(recording, recording.loads).n == 0


def counts(*pairs):
    return [DetectionCost(START_NS + second * NS_PER_S, images, cpu_s) for second, (images, cpu_s) in enumerate(pairs)]


def test_the_cost_of_a_frame_in_detections():
    detection, frame, ratio = cost_metrics(two_episodes())
    assert (detection.name, frame.name, ratio.name) == (
        "detection_cpu",
        "face_inference_cpu_per_frame",
        "cost_ratio",
    )
    assert detection.mean == pytest.approx(40.0)
    assert frame.mean == pytest.approx(500 / 30, abs=0.001)
    assert ratio.mean == pytest.approx(500 / 30 / 40, abs=0.001)


def test_the_other_run_has_names_of_its_own():
    metrics = cost_metrics(still_scene(), EMPTY)
    assert metrics[2].mean == pytest.approx(8 / 40)
    assert {metric.name for metric in metrics} == {
        "detection_cpu_empty",
        "face_inference_cpu_per_frame_empty",
        "cost_ratio_empty",
    }


def test_what_lies_outside_the_measurement_does_not_count():
    recording = two_episodes()
    recording.detections.insert(0, DetectionCost(START_NS - NS_PER_S, 0, -900.0))
    assert cost_metrics(recording) == cost_metrics(two_episodes())


def test_a_node_that_started_again_does_not_count_backwards():
    metric = detection_cpu(counts((10, 0.4), (20, 0.8), (2, 0.1), (12, 0.6)))
    assert metric.n == 2 and metric.mean == pytest.approx(45.0)


def test_a_second_without_detection_gives_no_sample():
    assert detection_cpu(counts((10, 0.4), (10, 0.4), (20, 0.9))).n == 1


def test_without_counts_nothing_is_measured():
    assert [metric.mean for metric in cost_metrics(Recording())] == [None] * 3
