"""A stamp follows imports: what makes a product is all that runs while it is made."""

import io
import sys

import pytest
from signage_cli.setup.machine import Layout
from signage_cli.setup.makers import modules_behind, releases
from signage_cli.setup.products import NPM_FILES
from signage_cli.setup.recipe import Recipe
from signage_cli.setup.running import Programs, Progress
from signage_cli.setup.steps import fingerprint

pytestmark = pytest.mark.fault
SOURCES = {
    "maker/__init__.py": "",
    "maker/film.py": "import cv2\nfrom shared.files import written\nfrom maker import draw\n",
    "maker/draw.py": "def draw():\n    import numpy.linalg\n    from shared import late\n",
    "maker/unused.py": "import rich\n",
    "shared/__init__.py": "from shared.names import A\n",
    "shared/files.py": "import os\nfrom collections.abc import Iterator\n",
    "shared/late.py": "import shared.later as l\n",
    "shared/later.py": "from maker.film import x  # a circle\n",
    "shared/names.py": "A = 1\n",
    "shared/other.py": "import yaml\n",
}


@pytest.fixture
def root(tmp_path):
    for name, text in SOURCES.items():
        path = tmp_path / "src" / name.partition("/")[0] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_imports_are_followed_wherever_they_stand(root):
    files, libraries = modules_behind(root, "maker.film")
    assert {str(path.relative_to(root / "src")).partition("/")[2] for path in files} == {
        *("maker/__init__.py", "maker/film.py", "maker/draw.py"),
        *("shared/__init__.py", "shared/files.py", "shared/late.py", "shared/later.py", "shared/names.py"),
    }
    assert libraries == {"cv2", "numpy"}


def test_libraries_are_found_in_locks_whatever_their_modules_are_called(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("numpy==1.23.5 ; x \\\n  --hash=sha256:1\nopencv-python-headless==4.11 \\\naiohttp==3\nPyYAML==6\n")
    assert releases([lock], {"cv2", "numpy", "yaml", "rclpy"}) == [
        *("PyYAML==6", "numpy==1.23.5", "opencv-python-headless==4.11")
    ]


@pytest.mark.parametrize(
    ("module", "files", "libraries"),
    [
        (
            "signage_demo.film.film",
            {"film.py", "cutouts.py", "render.py", "script.py", "files.py", "progress.py", "errors.py"},
            {"cv2", "numpy"},
        ),
        (
            "face_models.convert_weights",
            {
                "convert_weights.py",
                "mxnet_model.py",
                "onnx_model.py",
                "tfjs_weights.py",
                "mxnet_library.py",
                "files.py",
            },
            {"numpy", "onnx", "mxnet"},
        ),
    ],
)
def test_what_makes_the_real_products(pytestconfig, module, files, libraries):
    found, needed = modules_behind(pytestconfig.rootpath, module)
    assert files <= {path.name for path in found} and libraries <= needed


@pytest.fixture
def clone(tmp_path, pytestconfig):
    """A clone whose film and models are made by small modules, and that has all that other steps read."""
    root = tmp_path / "clone"
    texts = {
        "src/signage_demo/signage_demo/film/film.py": "from signage_common.files import w\nimport cv2\n",
        "src/face_models/face_models/convert_weights.py": "from signage_common.files import w\n",
        "src/signage_common/signage_common/files.py": "w = 1\n",
        "src/signage_common/signage_common/other.py": "",
        "src/signage_bridge/web/src/main.ts": "",
        "src/signage_bridge/web/test/main.test.ts": "",
        "requirements/portraits.txt": "face_recognition==1.3.0\n",
        "requirements/locked/nodes-py3.11.txt": "numpy==1.23.5\nopencv-python-headless==4.11\naiohttp==3\n",
        "requirements/locked/tools-py3.11.txt": "rich==14\n",
        "launch/demo/ads.yaml": "version: 1\n",
        **{f"src/face_models/npm/{name}": "{}" for name in NPM_FILES},
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def prints(clone, tmp_path):
    recipe = Recipe(Layout(clone, tmp_path / "home"), sys.executable, "3.11", None)
    steps = [
        recipe.film(),
        recipe.models(),
        recipe.page(),
        recipe.portraits(),
        recipe.creatives(),
        recipe.face_library(),
    ]
    return {step.name: step.fingerprint() for step in steps}


@pytest.mark.parametrize(
    ("changed", "text", "due"),
    [
        ("src/signage_common/signage_common/files.py", "w = 2\n", {"film", "models"}),
        ("src/signage_demo/signage_demo/film/film.py", "import cv2\n", {"film"}),
        ("src/signage_common/signage_common/other.py", "x = 1\n", set()),
        ("requirements/locked/nodes-py3.11.txt", "numpy==1.23.5\nopencv-python-headless==4.12\naiohttp==3\n", {"film"}),
        ("requirements/locked/nodes-py3.11.txt", "numpy==1.23.5\nopencv-python-headless==4.11\naiohttp==4\n", set()),
        ("requirements/portraits.txt", "face_recognition==1.4.0\n", {"portraits", "film"}),
        ("src/face_models/npm/package-lock.json", "{ }", {"face-library", "models", "film"}),
        ("src/face_models/npm/.npmrc", "audit=false", {"face-library", "models", "film"}),
        ("src/signage_bridge/web/src/main.ts", "1;", {"page"}),
        ("src/signage_bridge/web/test/main.test.ts", "1;", set()),
        ("launch/demo/ads.yaml", "version: 2\n", {"creatives"}),
    ],
)
def test_a_change_makes_anew_what_it_matters_to(clone, tmp_path, changed, text, due):
    before = prints(clone, tmp_path)
    (clone / changed).write_text(text)
    after = prints(clone, tmp_path)
    assert {name for name in after if after[name] != before[name]} == due


def test_clones_that_are_equal_have_equal_stamps(clone, tmp_path):
    before = prints(clone, tmp_path)
    clone = clone.rename(tmp_path / "another place")
    assert prints(clone, tmp_path) == before


def test_names_that_are_no_text_are_hashed(tmp_path):
    path = tmp_path / "Jos\udce9"
    path.write_text("x")
    assert fingerprint([path], [path], [path], tmp_path)


def test_a_stamp_outlives_a_change_that_is_taken_back(clone, tmp_path):
    recipe = Recipe(Layout(clone, tmp_path / "home"), sys.executable, "3.11", None)
    step = recipe.creatives()
    step.perform(tmp_path / "log", Progress(1, io.StringIO()), Programs())
    assert step.is_done()
    (clone / "launch" / "demo" / "ads.yaml").write_text("version: 2\n")
    assert not recipe.creatives().is_done()
    (clone / "launch" / "demo" / "ads.yaml").write_text("version: 1\n")
    assert recipe.creatives().is_done()
