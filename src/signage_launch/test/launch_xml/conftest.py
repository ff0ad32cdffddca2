"""Plans made from pieces of launch files."""

from pathlib import Path

import pytest
from signage_launch.launch_xml.launch_file import plan_launch


@pytest.fixture
def prefix(tmp_path):
    """An installed package ``demo`` with one executable."""
    prefix = tmp_path / "prefix"
    index = prefix / "share" / "ament_index" / "resource_index" / "packages"
    index.mkdir(parents=True)
    (index / "demo").touch()
    (prefix / "share" / "demo").mkdir()
    program = prefix / "lib" / "demo" / "talker"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return prefix


@pytest.fixture
def plan_of(tmp_path, prefix):
    """Make the plan of the elements inside ``<launch>``."""

    def plan(content: str, environment=None, name="test.launch.xml", **given):
        path = Path(tmp_path / name)
        path.write_text(f"<launch>\n{content}\n</launch>\n")
        variables = {"AMENT_PREFIX_PATH": str(prefix), "HOME": "/home/x", **(environment or {})}
        return plan_launch(path, given, variables)

    return plan
