"""What the tests share: the graph of one test."""

from signage_common.ros_testing import graph

__all__ = ["graph"]
