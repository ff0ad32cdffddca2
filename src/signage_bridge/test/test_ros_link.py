import asyncio
import threading
from concurrent.futures import Future

import pytest
import rclpy
from rclpy.node import Node
from signage_bridge.errors import Code, OperationError
from signage_bridge.policy import make_policy
from signage_bridge.ros_link import RosLink, RosThread, _hand_over_in
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


@pytest.mark.fault
def test_what_can_not_be_published_any_more_is_not_taken_for_published():
    with ros_graph() as graph:
        node = graph.add(Node, "node")
        link = RosLink(node, make_policy(["deeplens1"], [], ["playback"], []), lambda topic, message: None)
        link.open_known()
        assert "detail" in link.publish("/deeplens1/playback", "signage_msgs/msg/AdPlayback", {})
        rclpy.try_shutdown(context=graph.context)  # as a signal does it, before anybody else knows
        with pytest.raises(OperationError, match="the bridge is stopping") as error:
            link.publish("/deeplens1/playback", "signage_msgs/msg/AdPlayback", {})
        assert error.value.code is Code.UNAVAILABLE


@pytest.mark.fault
async def test_an_answer_that_comes_when_the_loop_is_closed_disturbs_nobody():
    loop = asyncio.new_event_loop()
    loop.close()
    done: Future = Future()
    done.set_result(5)
    _hand_over_in(loop, loop.create_future(), done)
