"""Tests of the launch files.

They are a package, so that pytest calls them by its name. Without it they would be modules of ``launch``, after the
folder's path below the workspace, and whoever then imports ROS 2's ``launch`` would get that folder instead.
"""
