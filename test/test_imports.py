"""The workspace's own rules: ROS stays in the shell, imports point one way, and no modules import each other."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from workspace import ROOT, imported, packages_imported, tracked

ROS_FILES = {"node.py", "convert.py", "params.py"}
NODE_PACKAGES = ("deeplens_camera", "face_inference", "ad_selector", "signage_bridge", "signage_journal")

# A package may import those that stand above it in its own row, and nothing else of ours.
MAY_IMPORT = {
    "signage_common": (),
    "signage_catalogue": ("signage_common",),
    "deeplens_camera": ("signage_common",),
    "face_inference": ("signage_common",),
    "ad_selector": ("signage_catalogue", "signage_common"),
    "signage_bridge": ("signage_catalogue", "signage_common"),
    "signage_journal": ("signage_common",),
    "signage_bags": ("ad_selector", "signage_catalogue", "signage_common"),
    "signage_report": ("signage_journal", "signage_catalogue", "signage_common"),
    "face_models": ("face_inference", "signage_common"),
    "signage_launch": ("signage_common",),
    "signage_demo": ("signage_launch", "signage_common"),
    "signage_bench": (
        *("signage_demo", "signage_launch", "signage_bags", "signage_report", "face_models"),
        *("signage_catalogue", "signage_common"),
        *NODE_PACKAGES,
    ),
}
MAY_IMPORT["signage_cli"] = tuple(MAY_IMPORT)

# What a camera device does not need: tools of those who look at figures, convert networks, or test.
NOT_ON_A_DEVICE = {"matplotlib", "rich", "onnx", "PIL", "psutil", "playwright", "pytest", "tqdm"}
DEVICE_PACKAGES = ("signage_common", "signage_catalogue", "signage_bags", *NODE_PACKAGES)


def modules_of(package: str) -> list[Path]:
    return tracked(f"src/{package}/{package}/*.py")


MODULES = [path for package in MAY_IMPORT for path in modules_of(package)]


def offenders(package: str, forbidden: set[str]) -> list[str]:
    """Return the modules of a package that import what it may not, each with what it imports."""
    return [
        f"{path.relative_to(ROOT)} imports {', '.join(sorted(wrong))}"
        for path in modules_of(package)
        if not path.stem.endswith("testing") and (wrong := packages_imported(path) & forbidden)
    ]


def is_ros(name: str) -> bool:
    return name in {"rclpy", "cv_bridge", "builtin_interfaces"} or name.endswith(("_msgs", "_interfaces", "_srvs"))


def may_import_ros(path: Path) -> bool:
    return path.name in ROS_FILES or path.name.startswith("ros_")


def test_every_package_has_its_place():
    assert set(MAY_IMPORT) == {path.parent.name for path in ROOT.glob("src/*/package.xml")}


def test_only_the_ros_shell_imports_ros():
    wrong = {
        str(path.relative_to(ROOT)): sorted(filter(is_ros, packages_imported(path)))
        for path in MODULES
        if not may_import_ros(path) and any(map(is_ros, packages_imported(path)))
    }
    assert not wrong


def test_the_rule_above_sees_imports():
    shell = next(path for path in MODULES if path.name == "ros_params.py")
    assert {"rclpy", "rcl_interfaces"} <= {name for name in packages_imported(shell) if is_ros(name)}


def test_imports_point_one_way():
    wrong = [
        line
        for package, allowed in MAY_IMPORT.items()
        for line in offenders(package, set(MAY_IMPORT) - {package, *allowed})
    ]
    assert not wrong, "\n".join(wrong)


def test_launch_holds_no_program():
    assert [str(path.relative_to(ROOT)) for path in tracked("launch/*.py") if "test" not in path.parts] == [
        "launch/setup.py"
    ]


def test_a_device_needs_none_of_the_tools():
    wrong = [line for package in DEVICE_PACKAGES for line in offenders(package, NOT_ON_A_DEVICE)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", DEVICE_PACKAGES)
def test_the_manifest_of_a_device_package_asks_for_none_of_the_tools(package):
    manifest = ElementTree.parse(ROOT / "src" / package / "package.xml").getroot()
    needed = {element.text.removeprefix("python3-") for element in manifest if element.tag == "exec_depend"}
    assert not needed & {*NOT_ON_A_DEVICE, "pil"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT / "src").with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_modules_import_each_other_in_a_circle():
    paths = {module_name(path): path for path in MODULES}
    arrows = {
        name: {other for other in imported(path) if other in paths and other != name} for name, path in paths.items()
    }
    while free := {name for name, others in arrows.items() if not others}:
        arrows = {name: others - free for name, others in arrows.items() if name not in free}
    assert not arrows, f"these import each other in a circle, or a module that does: {sorted(arrows)}"
