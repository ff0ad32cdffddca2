"""What the node runs: face detectors, age and gender, landmarks. No module here knows ROS."""
