import pytest
from bench_records import START_NS, two_episodes
from signage_bench.loads import (
    beside,
    cpu_figures,
    frames_captured,
    memory_figures,
    rss_growth,
    work_per_frame,
)
from signage_bench.recording import CaptureCount, Load, LoadSample

S = 1_000_000_000


def by_name(figures):
    return {figure.name: figure for figure in figures}


def samples(*cpu_s):
    return [LoadSample(START_NS + i * S, {"camera": Load(value, 100.0)}) for i, value in enumerate(cpu_s)]


def test_cores_are_the_growth_of_processor_time():
    figures = by_name(cpu_figures(two_episodes().loads))
    assert figures["cpu_total"].mean == pytest.approx(0.7)
    assert figures["cpu_camera"].p50 == pytest.approx(0.2) and figures["cpu_camera"].n == 10


def test_the_mean_of_the_cores_is_that_of_the_whole_time():
    uneven = [LoadSample(START_NS + second * S, {"camera": Load(cpu, 1.0)}) for second, cpu in ((0, 0), (1, 1), (5, 1))]
    assert by_name(cpu_figures(uneven))["cpu_total"].mean == pytest.approx(0.2)


def test_a_single_sample_gives_no_cores():
    assert by_name(cpu_figures(samples(1.0)))["cpu_total"].n == 0


def test_cores_beside_the_graph():
    assert beside(two_episodes().loads) == {"browser": 0.4, "bench": 0.05, "others": 0.15}
    assert beside([]) == {}


def test_memory_is_summed_over_the_nodes():
    figures = by_name(memory_figures(two_episodes().loads))
    assert figures["rss_total"].max == 410 and figures["rss_face_inference"].p50 == 305
    assert figures["pss_camera"].p50 == 40


def test_a_share_that_was_not_read_for_every_node_gives_no_sum():
    assert by_name(memory_figures(two_episodes().loads))["pss_total"].n == 0


def test_growth_is_per_ten_minutes():
    assert rss_growth(two_episodes().loads).p50 == pytest.approx(600.0)


def test_frames_captured_per_second():
    figure = frames_captured(two_episodes().captured)
    assert figure.p50 == figure.mean == 30 and figure.n == 10


def test_a_camera_that_started_again_does_not_count_backwards():
    counts = [CaptureCount(START_NS + i * S, frames) for i, frames in enumerate([300, 330, 5, 35])]
    assert frames_captured(counts).mean == 30 and frames_captured(counts).n == 2


def test_what_the_camera_says_beside_its_rhythm_makes_no_rate():
    counts = [CaptureCount(START_NS + round(s * S), frames) for s, frames in [(0, 0), (1, 30), (1.01, 31), (2, 60)]]
    assert frames_captured(counts).max == 30 and frames_captured(counts).n == 2


def test_work_per_frame_is_camera_and_perception_by_captured_frames():
    recording = two_episodes()
    figure = work_per_frame(recording, recording.loads)
    assert figure.mean == figure.p50 == pytest.approx(0.7 / 30 * 1000, abs=0.001)


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
