"""The elements of launch files, one kind in each file."""

from signage_launch.launch_xml.elements import (
    arg,
    executable,
    group,
    include,
    let,
    log,
    node,
    push_ros_namespace,
    set_env,
)

__all__ = ["arg", "executable", "group", "include", "let", "log", "node", "push_ros_namespace", "set_env"]
