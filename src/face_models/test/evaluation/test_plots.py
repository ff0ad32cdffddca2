import cv2
from face_models.evaluation.plots import write_plots


def test_every_plot_shows_something(overconfident, tmp_path):
    paths = write_plots(overconfident, tmp_path / "plots")
    assert [path.name for path in paths] == ["risk-coverage.png", "reliability.png", "age.png", "confusion.png"]
    for path in paths:
        assert cv2.imread(str(path)).std() > 10
