import cv2
import numpy as np
import pytest

CATALOGUE = """\
version: 1
timezone: Asia/Seoul
fallback: [house]
creatives:
  house: {file: house.png, duration_s: 10}
  커피: {file: coffee.png, duration_s: 8, ad_id: "7"}
campaigns:
  everybody:
    creatives: [커피]
    target: {gender: any}
"""


@pytest.fixture
def catalogue_file(tmp_path):
    """A catalogue with two pictures of random pixels."""
    folder = tmp_path / "media"
    folder.mkdir()
    random = np.random.default_rng(7)
    for name in ("house", "coffee"):
        cv2.imwrite(str(folder / f"{name}.png"), random.integers(0, 256, (80, 80, 3), dtype=np.uint8))
    path = folder / "ads.yaml"
    path.write_text(CATALOGUE)
    return path


@pytest.fixture
def page_dir(tmp_path):
    """A page with one asset and files that must not be served."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>sign</title>")
    (folder / "operator.html").write_text("<!doctype html><title>operator</title>")
    (folder / "assets" / "app-1a2b3c4d.js").write_text("export {}\n")
    (folder / "notes.xyz").write_text("secret")
    (folder / ".hidden.html").write_text("secret")
    (tmp_path / "outside.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    return folder
