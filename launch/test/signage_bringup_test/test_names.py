"""The folder ``launch`` does not take the name of ROS 2's package ``launch``."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.fault
@pytest.mark.parametrize("before", ["", "import launch"])
def test_ros2s_launch_is_imported_after_these_tests_are_collected(tmp_path, before):
    (tmp_path / "site" / "launch").mkdir(parents=True)
    (tmp_path / "site" / "launch" / "__init__.py").touch()
    (tmp_path / "site" / "launch" / "actions.py").write_text("WHOSE = 'installed'\n")
    (tmp_path / "test_last.py").write_text(
        "def test_it():\n    import sys, launch.actions\n    assert launch.actions.WHOSE == 'installed'\n"
        "    assert [name for name in sys.modules if name.startswith('launch')] == ['launch', 'launch.actions']\n"
    )
    program = f"import sys\nsys.path.insert(0, {str(tmp_path / 'site')!r})\n{before}\nimport pytest\n"
    words = ["-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    words += [str(ROOT / "launch"), str(tmp_path / "test_last.py"), "-k", "test_it or test_the_catalogue_names_these"]
    end = subprocess.run(
        [sys.executable, "-c", f"{program}sys.exit(pytest.main({words!r}))"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert end.returncode == 0, end.stdout + end.stderr
    assert "2 passed" in end.stdout
