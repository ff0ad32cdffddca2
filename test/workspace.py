"""The workspace as its own tests see it: the files that git tracks, and what a Python file imports."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def tracked(*patterns: str) -> list[Path]:
    answer = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in answer.stdout.splitlines() if (ROOT / line).exists()]


def imported(path: Path) -> set[str]:
    """Return the dotted names that a module imports, wherever it does; of ``from a import b`` both a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _is_late(node):
            names.add(ast.literal_eval(node.args[0]))
    return names


def _is_late(call: ast.Call) -> bool:
    """Return whether a call imports a library whose name it gives."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name == "import_library" and bool(call.args) and isinstance(call.args[0], ast.Constant)


def packages_imported(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}
