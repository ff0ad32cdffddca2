import numpy as np
import pytest
from face_models.samples.photos import LabelledImage
from rich.console import Console
from signage_bench.detector_cases import DetectorCase
from signage_bench.detector_process import DetectorAnswers
from signage_bench.detector_report import DetectorRow, detector_table, make_detector_row, paper_table, with_ratios

SIZE = (640, 480)
FACE, ELSEWHERE = [100, 100, 200, 200], [400, 100, 500, 200]
FRAMES = [LabelledImage("one", np.zeros((480, 640, 3), np.uint8), np.array([FACE], np.float32))] * 2


def answers(times_ms, boxes, scores):
    frames = [{"index": 0, "ms": ms, "cpu_ms": ms / 2, "xyxy_px": boxes, "scores": scores} for ms in times_ms]
    return DetectorAnswers(start_ms=345.678, rss_mb=1234.5, frames=frames)


def row(name="ssd", times_ms=(10, 20, 30, 40), boxes=(FACE,), scores=(0.9,)):
    return make_detector_row(
        DetectorCase(name, "x", 1), SIZE, answers(times_ms, list(boxes), list(scores)), FRAMES, 0.5
    )


def test_times_are_of_all_rounds_and_counts_of_the_first():
    made = row()
    assert (made.ms_p50, made.ms_p95, made.cpu_ms, made.frames) == (25.0, 38.5, 12.5, 4)
    assert (made.truth, made.found, made.false_alarms) == (2, 2, 0)
    assert (made.width, made.height, made.start_ms, made.rss_mb) == (640, 480, 346, 1234)


@pytest.mark.parametrize(
    ("boxes", "scores", "found", "false_alarms"),
    [
        ([], [], 0, 0),
        ([FACE], [0.49], 0, 0),
        ([FACE], [0.5], 2, 0),
        ([FACE, ELSEWHERE], [0.9, 0.9], 2, 2),
        ([ELSEWHERE], [0.6], 0, 2),
    ],
)
def test_only_what_starts_a_track_counts(boxes, scores, found, false_alarms):
    made = row(boxes=boxes, scores=scores)
    assert (made.found, made.false_alarms) == (found, false_alarms)


def test_ratios_are_to_the_same_size():
    rows = with_ratios([row("ssd", [10, 10]), row("dlib", [40, 40]), row("slow", [8000, 8000])])
    assert [one.ratio_to_dlib for one in rows] == [0.25, 1.0, 200.0]
    assert [one.ratio_to_slowest for one in rows] == [0.00125, 0.005, 1.0]


def test_without_dlib_there_is_no_ratio_to_it():
    (alone,) = with_ratios([row()])
    assert alone.ratio_to_dlib is None and alone.ratio_to_slowest == 1


ROWS = with_ratios(
    [
        DetectorRow("ssd", "mxnet", 1280, 720, 60, 45.0, 50.0, 44.0, 22, 22, 0, 340, 200),
        DetectorRow("dlib", "dlib", 1280, 720, 60, 112.0, 120.0, 111.0, 22, 19, 1, 200, 134),
        DetectorRow("face_recognition-cnn", "dlib", 1280, 720, 6, 28000, 31000, 27000, 22, 22, 0, 12000, 3665),
        DetectorRow("ssd", "mxnet", 640, 480, 60, 44.0, 49.0, 43.0, 22, 21, 0, 330, 200),
    ]
)


def text_of(table):
    console = Console(width=80, force_terminal=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_the_table_of_a_size_fits_a_terminal_and_holds_every_figure():
    text = text_of(detector_table(ROWS, 1280, 720))
    assert "…" not in text
    assert ["ssd", "45.0", "50.0", "22/22", "0", "0.3", "s", "200", "0.4", "0.0016"] in [
        line.split() for line in text.splitlines()
    ]
    assert ["face_recognition-cnn", "28000", "31000", "22/22", "0", "12.0", "s", "3665", "250", "1"] in [
        line.split() for line in text.splitlines()
    ]
    assert "21/22" not in text and "21/22" in text_of(detector_table(ROWS, 640, 480))


def test_the_papers_figures_name_their_hardware():
    text = text_of(paper_table())
    assert "AWS DeepLens" in text
    for words in ("0.2 to 0.3", "4 to 5", "10 to 11", "13 to 14"):
        assert words in text
