"""Read ROS 2 XML launch files and turn them into a plan of processes; nothing here starts one."""

from signage_bringup.launch_xml.load import plan_launch
from signage_bringup.launch_xml.plan import Plan, ProcessPlan

__all__ = ["Plan", "ProcessPlan", "plan_launch"]
