"""The packages agree with each other: version, licence, dependencies."""

import ast
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from signage_cli.front import VERSION

ROOT = Path(__file__).parent.parent
PACKAGES = sorted(path.parent for path in [*ROOT.glob("*/package.xml"), *ROOT.glob("src/*/package.xml")])
ROS_PACKAGES = {"rclpy", "cv_bridge", "builtin_interfaces", "rcl_interfaces", "ament_index_python"}


def manifest(folder: Path) -> ElementTree.Element:
    return ElementTree.parse(folder / "package.xml").getroot()


def test_the_workspace_is_whole():
    names = {manifest(folder).findtext("name") for folder in PACKAGES}
    nodes = {"deeplens_camera", "face_inference", "ad_selector", "signage_bridge"}
    offline = {"face_models", "signage_launch", "signage_demo", "signage_bench", "signage_cli"}
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


@pytest.mark.parametrize("folder", [f for f in PACKAGES if (f / "setup.py").exists()], ids=lambda folder: folder.name)
def test_ros_packages_that_are_imported_are_declared(folder):
    package = manifest(folder)
    name = package.findtext("name")
    declared = {element.text for element in package if element.tag.endswith("depend")}
    used = set()
    for path in (folder / name).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                used.add(node.module.split(".")[0])
            elif isinstance(node, ast.Import):
                used.update(alias.name.split(".")[0] for alias in node.names)
    ours = {manifest(other).findtext("name") for other in PACKAGES} - {name}
    needed = {word for word in used if word in ROS_PACKAGES | ours or word.endswith(("_msgs", "_srvs"))}
    assert needed <= declared


def test_the_changelog_tells_of_this_version():
    assert f"\n{VERSION} " in (ROOT / "CHANGELOG.rst").read_text()
