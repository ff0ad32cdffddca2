"""Read ROS 2 XML launch files and turn them into a plan of processes; nothing here starts one."""

from signage_launch.launch_xml.load import plan_launch
from signage_launch.launch_xml.plan import Plan, ProcessPlan

__all__ = ["Plan", "ProcessPlan", "plan_launch"]
