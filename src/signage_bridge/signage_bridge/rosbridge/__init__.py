"""The rosbridge v2 protocol of one client, without I/O: texts in, commands and texts out.

``operations`` has one function for each operation; ROSBRIDGE_PROTOCOL.md of RobotWebTools/rosbridge_suite is the
specification.
"""
