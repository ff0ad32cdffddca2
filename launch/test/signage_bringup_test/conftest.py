"""What the tests of the launch files share."""

from signage_common.ros_testing import graph

__all__ = ["graph"]
