"""Starting a graph where ROS has no launch: XML reader, processes, pre-flight checks, addresses."""
