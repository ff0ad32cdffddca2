"""Only the shell of the package may know ROS."""

import ast
from pathlib import Path

import ad_selector

SHELL = {"node.py", "convert.py"}
ROS = ("rclpy", "signage_msgs", "sensor_msgs", "builtin_interfaces", "signage_common.ros_")


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_pure_modules_import_no_ros_and_no_shell():
    folder = Path(ad_selector.__file__).parent
    pure = [path for path in folder.rglob("*.py") if path.name not in SHELL]
    assert len(pure) > 6
    for path in pure:
        for name in imports_of(path):
            assert not name.startswith((*ROS, "ad_selector.node", "ad_selector.convert")), f"{path}: {name}"
            assert name.split(".")[0] not in ("logging", "random"), f"{path}: {name}"


def test_pure_modules_read_no_clock():
    folder = Path(ad_selector.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name not in SHELL:
            assert "time" not in {name.split(".")[0] for name in imports_of(path)}, path
            assert ".now(" not in path.read_text() and ".today(" not in path.read_text(), path
