"""What must arrive is held until it has, in order, in portions and within a bound."""

import pytest
from rclpy.node import Node
from signage_common.outbox import Outbox
from signage_common.ros_outbox import ServiceOutbox
from signage_common.ros_testing import graph
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

__all__ = ["graph"]


class TestTheQueue:
    def filled(self, count, most_waiting=10, most_at_once=3):
        outbox = Outbox(most_waiting, most_at_once, 5.0)
        for item in range(count):
            outbox.add(item)
        return outbox

    def test_a_portion_goes_only_when_it_is_acknowledged(self):
        outbox = self.filled(5)
        assert outbox.next(0.0) == [0, 1, 2] and len(outbox) == 5
        assert outbox.next(4.9) == []
        outbox.acknowledge()
        assert outbox.next(4.9) == [3, 4] and len(outbox) == 2

    def test_without_an_answer_the_same_is_sent_again(self):
        outbox = self.filled(5)
        assert outbox.next(0.0) == outbox.next(5.0) == [0, 1, 2]

    def test_after_a_failure_it_is_sent_again_at_once(self):
        outbox = self.filled(5)
        outbox.next(0.0)
        outbox.put_back()
        assert outbox.next(0.1) == [0, 1, 2]

    def test_beyond_the_bound_the_oldest_go_and_are_counted(self):
        outbox = self.filled(12)
        assert (len(outbox), outbox.dropped) == (10, 2)
        assert outbox.next(0.0) == [2, 3, 4]
        outbox.add(12)  # 2 goes, though it is on its way
        outbox.acknowledge()
        assert outbox.next(1.0) == [5, 6, 7] and outbox.dropped == 3


@pytest.mark.graph
class TestTheService:
    @pytest.fixture
    def outbox(self, graph):
        node = graph.add(Node, "sender", namespace="deeplens1")
        request = lambda items: RecordPlayback.Request(playbacks=items)  # noqa: E731
        outbox = ServiceOutbox(node, RecordPlayback, "record_playback", request, 0.5)
        for number in range(150):
            outbox.add(AdPlayback(play_id=str(number)))
        return outbox

    def serve(self, graph, answer):
        heard = []

        def take(request, response):
            heard.append([playback.play_id for playback in request.playbacks])
            return answer(len(heard), request, response)

        server = graph.probe()
        server.create_service(RecordPlayback, "record_playback", take)
        return heard

    def test_all_arrive_in_order_once_somebody_answers(self, graph, outbox):
        def answer(count, request, response):
            response.success = count > 1  # the first time it can't be written
            response.refused = ["too old" if each.play_id == "7" else "" for each in request.playbacks]
            return response

        heard = self.serve(graph, answer)
        graph.spin_until(lambda: not outbox.waiting, what="an empty outbox")
        assert [len(each) for each in heard] == [100, 100, 50] and heard[0] == heard[1]
        assert heard[1] + heard[2] == [str(number) for number in range(150)]
        assert (outbox.refused, outbox.dropped) == (1, 0)
