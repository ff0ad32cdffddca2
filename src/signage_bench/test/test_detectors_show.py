import cv2
import pytest
from rich.console import Console
from signage_bench.detectors_plot import plot_detectors
from signage_bench.detectors_rows import DetectorRow, with_ratios
from signage_bench.detectors_show import detector_table, paper_table, ratio

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


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0.0016, "0.0016"), (1.0, "1"), (249.6, "250")])
def test_ratio(value, shown):
    assert ratio(value) == shown


def test_the_chart_is_a_picture_with_bars_of_both_sizes(tmp_path):
    plot_detectors(tmp_path / "chart.png", ROWS, "two cores")
    picture = cv2.imread(str(tmp_path / "chart.png"))
    assert picture.shape[0] > 600 and picture.shape[1] > 900
    for red, green, blue in ((0x7F, 0xB3, 0xD5), (0x1F, 0x61, 0x8D), (0xA6, 0xAC, 0xAF)):
        assert (picture == (blue, green, red)).all(axis=2).sum() > 500
