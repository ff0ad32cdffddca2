"""Read ROS 2 XML launch files and turn them into a plan of processes; nothing here starts one."""
