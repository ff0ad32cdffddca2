import sys
import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from face_inference.networks.detectors import make_detector
from face_inference.networks.dlib_detectors import find_package, import_package, to_detections
from signage_common.errors import ConfigurationError

IMAGE = np.zeros((100, 200, 3), np.uint8)


@dataclass
class Edges:
    """The four edges of a rectangle, asked for as dlib's are."""

    edges: tuple[int, int, int, int]

    def left(self):
        return self.edges[0]

    def top(self):
        return self.edges[1]

    def right(self):
        return self.edges[2]

    def bottom(self):
        return self.edges[3]


def test_boxes_hold_their_last_pixel_and_are_cut_at_the_border():
    found = to_detections([Edges((10, 20, 29, 49)), Edges((-5, -5, 250, 120))], [0.0, -1.0], IMAGE)
    assert found.xyxy_px.tolist() == [[10, 20, 30, 50], [0, 0, 200, 100]]


def test_the_surest_comes_first_and_the_threshold_is_a_half():
    found = to_detections([Edges((0, 0, 9, 9)), Edges((50, 50, 59, 59))], [0.0, 2.0], IMAGE)
    assert found.xyxy_px[:, 0].tolist() == [50, 0]
    assert found.scores == pytest.approx([0.8808, 0.5], abs=1e-4)


def test_nothing_found():
    found = to_detections([], [], IMAGE)
    assert found.xyxy_px.shape == (0, 4) and found.scores.shape == (0,)


def test_dlibs_own_rectangles_serve():
    dlib = pytest.importorskip("dlib", reason="dlib is missing: `./signage setup detectors` installs it")
    assert to_detections([dlib.rectangle(1, 2, 3, 4)], [1.0], IMAGE).xyxy_px.tolist() == [[1, 2, 4, 5]]


@pytest.mark.usefixtures("dlib")
def test_a_lower_score_of_dlib_reports_more_and_each_above_it(photo_of_four, tmp_path):
    sure, faint = (make_detector("dlib", tmp_path, score).detect(photo_of_four) for score in (0.5, 0.3))
    assert len(sure.scores) < len(faint.scores)
    assert (sure.scores >= 0.5).all() and (faint.scores >= 0.3 - 1e-6).all()
    assert np.array_equal(faint.xyxy_px[: len(sure.scores)], sure.xyxy_px)


@pytest.mark.usefixtures("dlib")
def test_dlib_finds_none_in_an_image_without_faces(empty_scene, tmp_path):
    assert len(make_detector("dlib", tmp_path, 0.5).detect(empty_scene).scores) == 0


def test_without_dlib_one_line_says_what_installs_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ConfigurationError) as caught:
        make_detector("dlib", tmp_path, 0.5)
    assert str(caught.value) == (
        "detector dlib: the package dlib is not installed; `./signage setup detectors` installs it"
    )
    assert caught.value.exit_status == 2


@pytest.mark.usefixtures("dlib")
def test_without_the_model_of_dlib_cnn_one_line_says_what_installs_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "face_recognition_models", None)
    with pytest.raises(ConfigurationError, match=r"^detector dlib-cnn: the package face_recognition_models is not"):
        make_detector("dlib-cnn", tmp_path, 0.5)


@pytest.mark.usefixtures("dlib")
def test_face_recognition_finds_none_in_an_image_without_faces(empty_scene, tmp_path):
    found = make_detector("face_recognition", tmp_path, 0.5).detect(empty_scene[:200, :200])
    assert found.xyxy_px.shape == (0, 4)


@pytest.mark.usefixtures("dlib")
def test_the_process_still_refuses_images_that_are_cut_off(tmp_path):
    make_detector("face_recognition", tmp_path, 0.5)
    assert not sys.modules["PIL.ImageFile"].LOAD_TRUNCATED_IMAGES


@pytest.mark.usefixtures("dlib")
@pytest.mark.parametrize("package", ["face_recognition", "face_recognition_models", "dlib"])
def test_a_missing_package_is_one_line_and_does_not_end_the_program(monkeypatch, tmp_path, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigurationError, match=f"^detector face_recognition: the package {package} is not installed"):
        make_detector("face_recognition", tmp_path, 0.5)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Make a package ``an_extra`` with some code; return its folder."""

    def make(code):
        (tmp_path / "an_extra").mkdir()
        (tmp_path / "an_extra" / "__init__.py").write_text(code)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "an_extra", raising=False)
        return tmp_path / "an_extra"

    return make


def test_a_package_is_found_without_being_imported(package):
    folder = package("raise SystemExit")
    assert find_package("an_extra", "some") == folder


def test_its_warnings_are_not_ours(package):
    package("import warnings\nwarnings.warn('old')\nANSWER = 42")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert import_package("an_extra", "some").ANSWER == 42


@pytest.mark.parametrize("ask", [find_package, import_package])
def test_a_missing_one_names_the_command_that_installs_it(ask):
    with pytest.raises(
        ConfigurationError, match=r"detector some: .* no_such is not installed; `\./signage setup detec"
    ):
        ask("no_such", "some")


def test_a_broken_one_says_so(package):
    package("import no_such_library")
    with pytest.raises(ConfigurationError, match=r"an_extra can't be imported \(No module named 'no_such_library'\)"):
        import_package("an_extra", "some")
