"""Plans made from pieces of launch files."""

from pathlib import Path

import pytest
import rclpy
from rclpy.context import Context
from signage_common.domains import reserved_domain
from signage_launch.launch_xml.launch_file import plan_launch

BUILT_IN = ("use_sim_time", "start_type_description_service")


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


@pytest.fixture(scope="module")
def read_by_ros(tmp_path_factory):
    """Return the parameters of a node, ``/d/n``, that is given the text of a parameter file."""
    path = tmp_path_factory.mktemp("parameters") / "p.yaml"
    with reserved_domain() as domain_id:

        def read(text, node_name="/d/n"):
            path.write_text(text, encoding="utf-8")
            context = Context()
            namespace, _, name = node_name.rpartition("/")
            rclpy.init(args=["--ros-args", "--params-file", str(path)], context=context, domain_id=domain_id)
            try:
                node = rclpy.create_node(
                    name, namespace=namespace, context=context, automatically_declare_parameters_from_overrides=True,
                    enable_rosout=False, start_parameter_services=False,
                )  # fmt: skip
                values = {name: each.value for name, each in node.get_parameters_by_prefix("").items()}
                node.destroy_node()
                return {name: value for name, value in values.items() if name not in BUILT_IN}
            finally:
                rclpy.try_shutdown(context=context)

        yield read
