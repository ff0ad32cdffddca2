"""The workspace's own rules: who may import ROS, and how long a file or a function may be."""

import ast
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROS_FILES = {"node.py", "convert.py", "params.py"}
FILE_LINES, NODE_LINES = 300, 150
FUNCTION_LINES_MEDIAN, FUNCTION_LINES_P95 = 10, 40


def tracked(*patterns: str) -> list[Path]:
    answer = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in answer.stdout.splitlines() if (ROOT / line).exists()]


MODULES = [path for path in tracked("src/*.py", "launch/*.py") if "test" not in path.relative_to(ROOT).parts]


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def is_ros(name: str) -> bool:
    return name in {"rclpy", "cv_bridge", "builtin_interfaces"} or name.endswith(("_msgs", "_interfaces", "_srvs"))


def may_import_ros(path: Path) -> bool:
    return path.name in ROS_FILES or path.name.startswith("ros_")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_ros_shell_imports_ros(path):
    assert may_import_ros(path) or not {name for name in imported(path) if is_ros(name)}


def test_the_rule_above_sees_imports():
    shell = next(path for path in MODULES if path.name == "ros_params.py")
    assert {"rclpy", "rcl_interfaces"} <= {name for name in imported(shell) if is_ros(name)}


@pytest.mark.parametrize("path", tracked("*.py"), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_short(path):
    lines = len(path.read_text().splitlines())
    assert lines <= (NODE_LINES if path.name == "node.py" else FILE_LINES)


def function_lines(function: ast.AST) -> int:
    docstring = ast.get_docstring(function, clean=False)
    return function.end_lineno - function.lineno + 1 - (len(docstring.splitlines()) if docstring else 0)


def test_functions_stay_short():
    trees = [ast.parse(path.read_text()) for path in MODULES]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    sizes = sorted(function_lines(node) for tree in trees for node in ast.walk(tree) if isinstance(node, kinds))
    assert statistics.median(sizes) <= FUNCTION_LINES_MEDIAN
    assert sizes[int(0.95 * len(sizes))] <= FUNCTION_LINES_P95
