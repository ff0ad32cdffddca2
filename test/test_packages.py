"""The packages agree with each other: version, licence, dependencies."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from signage_cli.main import VERSION
from workspace import ROOT, packages_imported, tracked

PACKAGES = sorted(path.parent for path in [*ROOT.glob("*/package.xml"), *ROOT.glob("src/*/package.xml")])
ROS_PACKAGES = {"rclpy", "cv_bridge", "builtin_interfaces", "rcl_interfaces", "ament_index_python"}


def manifest(folder: Path) -> ElementTree.Element:
    return ElementTree.parse(folder / "package.xml").getroot()


def test_the_workspace_is_whole():
    names = {manifest(folder).findtext("name") for folder in PACKAGES}
    nodes = {"deeplens_camera", "face_inference", "ad_selector", "signage_bridge", "signage_journal"}
    offline = {
        "signage_bags",
        "signage_report",
        "face_models",
        "signage_launch",
        "signage_demo",
        "signage_bench",
        "signage_cli",
    }
    assert names == nodes | offline | {"signage_msgs", "signage_common", "signage_catalogue", "signage_bringup"}


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_manifest(folder):
    package = manifest(folder)
    assert package.findtext("version") == VERSION
    assert package.findtext("license") == "Apache-2.0"
    assert re.fullmatch(r"[\w.-]+@[\w.-]+\.\w+", package.find("maintainer").get("email"))
    if (folder / "setup.py").exists():
        text = (folder / "setup.py").read_text()
        assert f'version="{VERSION}"' in text and "pytest" in text
        assert (folder / "resource" / package.findtext("name")).exists()


PYTHON_PACKAGES = [folder for folder in PACKAGES if (folder / "setup.py").exists()]
OURS = {manifest(folder).findtext("name") for folder in PACKAGES}


def declared(folder: Path, *tags: str) -> set[str]:
    return {element.text for element in manifest(folder) if element.tag in tags}


ROSDEP_KEYS = {
    "aiohttp": "python3-aiohttp",
    "cbor2": "python3-cbor2",
    "cv2": "python3-opencv",
    "dlib": "python3-dlib-pip",
    "hypothesis": "python3-hypothesis",
    "matplotlib": "python3-matplotlib",
    "numpy": "python3-numpy",
    "onnxruntime": "python3-onnxruntime-pip",
    "PIL": "python3-pil",
    "psutil": "python3-psutil",
    "pydantic": "python3-pydantic",
    "pydantic_core": "python3-pydantic",
    "pytest": "python3-pytest",
    "pytest_asyncio": "python3-pytest-asyncio",
    "rich": "python3-rich",
    "setuptools": "python3-setuptools",
    "jinja2": "python3-jinja2",
    "sqlalchemy": "python3-sqlalchemy",
    "yaml": "python3-yaml",
    "yarl": "python3-aiohttp",
}
"""What rosdep calls the libraries; from rosdep/python.yaml of the ROS distribution's index."""
WITHOUT_A_KEY = {
    "mxnet",
    "onnx",
    "playwright",
    "face_recognition",
    "face_recognition_models",
    "roslibpy",
    "awscam",
    "alembic",
    "psycopg",
    "lz4",
    "mcap",
    "rosbags",
    "zstandard",
}
"""What rosdep does not know: ./signage setup installs it. The last one is on an AWS DeepLens only."""


def dependencies(paths: list[Path]) -> set[str]:
    """Return what manifests call the packages that some modules import, but for Python's own."""
    names = {name for path in paths for name in packages_imported(path)}
    known = {name for name in names if name in ROS_PACKAGES | OURS or name.endswith(("_msgs", "_srvs"))}
    others = names - known - set(sys.stdlib_module_names) - WITHOUT_A_KEY - {path.stem for path in paths}
    return known | {ROSDEP_KEYS.get(name, name) for name in others}


def is_of_tests(path: Path) -> bool:
    return path.stem.endswith("testing") or "test" in path.parts


@pytest.mark.fault
@pytest.mark.parametrize("folder", PYTHON_PACKAGES, ids=lambda folder: folder.name)
def test_what_a_package_imports_is_declared(folder):
    name = manifest(folder).findtext("name")
    modules = [path for path in tracked(f"{folder.relative_to(ROOT)}/*.py") if path.name != "setup.py"]
    runs = [path for path in modules if not is_of_tests(path.relative_to(ROOT))]
    tests = [path for path in modules if is_of_tests(path.relative_to(ROOT))]
    assert dependencies(runs) - {name} <= declared(folder, "depend", "exec_depend")
    assert dependencies(tests) - {name} <= declared(folder, "depend", "exec_depend", "test_depend")


@pytest.mark.fault
@pytest.mark.parametrize("folder", PYTHON_PACKAGES, ids=lambda folder: folder.name)
def test_what_a_package_declares_it_uses(folder):
    modules = [path for path in tracked(f"{folder.relative_to(ROOT)}/*.py") if path.name != "setup.py"]
    of_code = {name for name in declared(folder, "depend", "exec_depend") if name in ROSDEP_KEYS.values()}
    assert of_code <= dependencies(modules)


def test_no_packages_wait_for_each_other():
    """Colcon orders packages by all that they declare, what tests need included."""
    waits = {
        manifest(folder).findtext("name"): {
            element.text for element in manifest(folder) if element.tag.endswith("depend") and element.text in OURS
        }
        for folder in PACKAGES
    }
    while free := {name for name, others in waits.items() if not others}:
        waits = {name: others - free for name, others in waits.items() if name not in free}
    assert not waits


def test_the_changelog_tells_of_this_version():
    assert f"\n{VERSION} " in (ROOT / "CHANGELOG.rst").read_text()


def test_a_build_folder_with_a_link_to_a_file_that_is_gone_builds_again(tmp_path):
    """As after an update, where ``colcon build --symlink-install`` finds the links of the version before."""
    for name in ("launch", "config", "demo", "resource", "package.xml", "setup.py"):
        (tmp_path / name).symlink_to(ROOT / "launch" / name)
    (tmp_path / "config").unlink()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "signage.yaml").symlink_to(ROOT / "launch" / "config" / "signage.yaml")
    (tmp_path / "config" / "gone.yaml").symlink_to(tmp_path / "nowhere")
    command = [sys.executable, "setup.py", "-q", "install_data", "--install-dir", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    share = tmp_path / "out" / "share" / "signage_bringup"
    assert [path.name for path in (share / "config").iterdir()] == ["signage.yaml"]
    assert (share / "demo" / "ads.yaml").is_file() and (share / "launch" / "signage.launch.xml").is_file()
