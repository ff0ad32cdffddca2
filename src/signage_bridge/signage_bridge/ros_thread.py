"""Run functions in the thread that spins a node, for those who live in another thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from rclpy.node import Node

from signage_bridge.errors import OperationError

Result = TypeVar("Result")


class RosThread:
    """Makes and destroys the node's entities where no wait set is being built."""

    def __init__(self, node: Node) -> None:
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._guard = node.create_guard_condition(self._work)

    async def run(self, job: Callable[[], Result], timeout_s: float = 5.0) -> Result:
        """Run a function in the node's thread and return what it returns.

        Raises:
            OperationError: the node is too busy, or stopped.
        """
        future: Future[Result] = Future()
        self._jobs.append((job, future))
        self._guard.trigger()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)
        except asyncio.TimeoutError:
            raise OperationError(f"the node did not answer within {timeout_s:g} s") from None

    def start(self, job: Callable[[], object]) -> None:
        """Run a function in the node's thread, some time."""
        self._jobs.append((job, Future()))
        self._guard.trigger()

    def _work(self) -> None:
        while self._jobs:
            job, future = self._jobs.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except Exception as error:  # handed to the one who waits for the result
                future.set_exception(error)
