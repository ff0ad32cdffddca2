"""The locks: whole, apart from each other, and nothing but what a device needs in the one of the nodes."""

import re
import sys

import pytest
from workspace import ROOT, packages_imported, tracked

LOCKED = ROOT / "requirements" / "locked"
PYTHONS = ("3.10", "3.11", "3.12")
SETS = ("nodes", "ros", "tools", "browser", "test", "detectors")
DEVICE_PACKAGES = (
    *("signage_common", "signage_catalogue"),
    *("deeplens_camera", "face_inference", "ad_selector", "signage_bridge", "signage_journal", "signage_bags"),
)
TOOLS = {"matplotlib", "onnx", "pillow", "psutil", "rich", "pytest", "playwright", "tqdm", "pygments", "mypy", "ruff"}
REQUIREMENT_OF = {"cv2": "opencv-python-headless", "yaml": "pyyaml", "pydantic_core": "pydantic", "yarl": "aiohttp"}
ROS = {"rclpy", "cv_bridge", "ament_index_python"}


def locked(name: str, python: str) -> dict[str, str]:
    """Return the entries of a lock by package; none where there is no such lock."""
    path = LOCKED / f"{name}-py{python}.txt"
    if not path.exists():
        return {}
    entries = re.split(r"\n(?=\S)", path.read_text().strip())
    return {entry.split("==")[0]: entry for entry in entries}


def requirements(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
    return {match[0].lower() for line in lines if (match := re.match(r"[A-Za-z0-9._-]+", line))}


def third_party(package: str) -> set[str]:
    """Return what the modules of a package import, but for Python's own, ROS, ours, and what only tests import."""
    paths = [path for path in tracked(f"src/{package}/{package}/*.py") if not path.stem.endswith("testing")]
    names = {name for path in paths for name in packages_imported(path)}
    ours = {path.parent.name for path in ROOT.glob("src/*/package.xml")}
    is_ros = re.compile(r".*_(msgs|srvs|interfaces)$").match
    return {name for name in names - set(sys.stdlib_module_names) - ROS - ours if not is_ros(name)}


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_of_the_nodes_names_none_of_the_tools(python):
    assert not TOOLS & set(locked("nodes", python))
    assert not TOOLS & set(locked("ros", python))


@pytest.mark.parametrize("package", DEVICE_PACKAGES)
def test_what_a_device_package_imports_is_among_the_requirements_of_the_nodes(package):
    needed = {REQUIREMENT_OF.get(name, name).lower() for name in third_party(package)}
    # What detectors import that only come with the extra is checked before a start, and named.
    assert needed - requirements("detectors") - {"dlib"} <= requirements("nodes")


def test_the_rule_above_sees_imports():
    assert {"cv2", "numpy"} <= third_party("face_inference")


@pytest.mark.parametrize("python", PYTHONS)
def test_no_package_is_in_two_locks_so_that_they_can_be_installed_at_once(python):
    names = [name for each in SETS for name in locked(each, python)]
    assert len(names) == len(set(names)) > 40


@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_named_is_locked(python):
    for each in SETS:
        if each != "ros" or python != "3.12":
            names = {re.sub(r"[-_.]+", "-", name) for name in requirements(each)}
            have = {re.sub(r"[-_.]+", "-", name) for before in SETS for name in locked(before, python)}
            assert names <= have, each


@pytest.mark.parametrize("path", sorted(LOCKED.glob("*.txt")), ids=lambda path: path.stem)
def test_every_entry_has_a_version_and_hashes_and_nothing_else(path):
    for line in path.read_text().splitlines():
        assert re.fullmatch(r"[a-z0-9._-]+==[^\s/:]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), line


def test_beside_an_installed_ros_no_ros_is_locked():
    assert not locked("ros", "3.12")
    assert not [name for each in SETS for name in locked(each, "3.12") if name.startswith("ros-")]
