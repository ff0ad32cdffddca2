import asyncio
import threading

import pytest
from rclpy.node import Node
from signage_bridge.errors import OperationError
from signage_bridge.ros_link import RosThread
from signage_common.ros_testing import ros_graph

pytestmark = pytest.mark.graph


def fail():
    raise OperationError("no")


async def test_functions_run_in_the_thread_that_spins(eventually):
    with ros_graph() as graph:
        thread = RosThread(graph.add(Node, "node"))
        jobs = [asyncio.create_task(thread.run(threading.get_ident)), asyncio.create_task(thread.run(fail))]
        done = []
        thread.start(lambda: done.append(threading.get_ident()))
        await asyncio.sleep(0)
        spinner = asyncio.create_task(asyncio.to_thread(graph.spin_until, lambda: done))
        ident = await jobs[0]
        with pytest.raises(OperationError, match="no"):
            await jobs[1]
        await spinner
        assert done == [ident] and ident != threading.get_ident()


async def test_a_node_that_does_not_spin_is_told_and_forgotten():
    with ros_graph() as graph:
        thread = RosThread(graph.add(Node, "node"))
        ran = []
        with pytest.raises(OperationError, match=r"did not answer within 0\.1 s"):
            await thread.run(lambda: ran.append(1), timeout_s=0.1)
        done = []
        thread.start(lambda: done.append(1))
        graph.spin_until(lambda: done)
        assert ran == []
