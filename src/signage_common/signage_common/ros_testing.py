"""Run real nodes in a test: a private context on a domain of its own, and waiting for events."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter

from signage_common.domains import reserved_domain

NodeT = TypeVar("NodeT", bound=Node)
PATIENCE_S = 60.0


class Graph:
    """Nodes of one test in one private context."""

    def __init__(self, domain_id: int) -> None:
        self.domain_id = domain_id
        self.context = Context()
        rclpy.init(context=self.context, domain_id=domain_id)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.nodes: list[Node] = []

    @property
    def env(self) -> dict[str, str]:
        """Return the environment with which a process joins this graph."""
        return {**os.environ, "ROS_DOMAIN_ID": str(self.domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}

    def add(
        self, node_type: Callable[..., NodeT], *args: Any, params: Mapping[str, Any] | None = None, **kw: Any
    ) -> NodeT:
        """Make a node of this graph, with parameter values, and have it spun by ``spin_until``."""
        overrides = [Parameter(name, value=value) for name, value in (params or {}).items()]
        node = node_type(*args, context=self.context, parameter_overrides=overrides, **kw)
        self.nodes.append(node)
        self.executor.add_node(node)
        return node

    def probe(self, namespace: str = "deeplens1") -> Node:
        """Return a bare node for the test's own publishers and subscriptions."""
        return self.add(Node, f"probe{len(self.nodes)}", namespace=namespace)

    def spin_until(self, happened: Callable[[], object], timeout_s: float = PATIENCE_S, what: str = "event") -> None:
        """Spin all nodes until ``happened()`` is true.

        Raises:
            TimeoutError: it did not become true in time.
        """
        end = time.monotonic() + timeout_s
        while not happened():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not come within {timeout_s} s")
            self.executor.spin_once(timeout_sec=0.05)

    def close(self) -> None:
        """Destroy the nodes and leave the domain."""
        for node in self.nodes:
            self.executor.remove_node(node)
            node.destroy_node()
        self.executor.shutdown()
        rclpy.try_shutdown(context=self.context)


@contextmanager
def ros_graph() -> Iterator[Graph]:
    """Give a graph on an isolated domain; clean it up at the end."""
    os.environ.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
    with reserved_domain() as domain_id:
        graph = Graph(domain_id)
        try:
            yield graph
        finally:
            graph.close()


@pytest.fixture
def graph() -> Iterator[Graph]:
    """The graph of one test."""
    with ros_graph() as each:
        yield each
