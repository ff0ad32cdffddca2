"""What comes to the node from outside, as nobody should send it, and what may be set while it runs."""

import math
import time

import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from selector_scene import CATALOGUE, STEP_NS, WOMAN, person
from sensor_msgs.msg import RegionOfInterest
from signage_catalogue.testing import put_in_place
from signage_common.ros_topics import ns_to_stamp, stamp_to_ns
from signage_msgs.msg import FaceArray
from signage_msgs.srv import ChooseAd

pytestmark = [pytest.mark.graph, pytest.mark.fault]


@pytest.fixture
def set_values(scene):
    """Set parameters as ``ros2 param set`` does; return whether each was taken, and why not."""
    client = scene.probe.create_client(SetParameters, "ad_selector/set_parameters")
    scene.wait(client.service_is_ready, "service")

    def set_all(**values):
        messages = [Parameter(name, value=value).to_parameter_msg() for name, value in values.items()]
        future = client.call_async(SetParameters.Request(parameters=messages))
        scene.wait(future.done, "answer")
        return [(result.successful, result.reason) for result in future.result().results]

    return set_all


def test_live_parameters_act_at_once_on_the_running_episode(scene, set_values):
    assert set_values(settle_s=30.0) == [(True, "")]
    scene.show([person()], 1.0)
    scene.wait(lambda: scene.presence, "episode")
    assert len(scene.ads) == 1
    assert set_values(settle_s=0.2, vanish_s=0.3) == [(True, "")] * 2
    scene.show([person(**WOMAN)], 0.1)
    scene.wait(lambda: len(scene.ads) == 2, "decision")
    assert set_values(child_below_years=30.0) == [(True, "")]
    scene.show([person(**WOMAN)], 0.1)
    scene.wait(lambda: len(scene.ads) == 3, "decision for a child")
    assert [(ad.creative, ad.estimation) for ad in scene.ads[1:]] == [("신발", "20f"), ("coffee", "unknown")]
    client = scene.probe.create_client(ChooseAd, "choose_ad")
    scene.wait(client.service_is_ready, "service")
    future = client.call_async(ChooseAd.Request(estimation="20f"))
    scene.wait(future.done, "answer")
    assert future.result().selection.creative == "coffee", "a question is answered by the same rules"
    last_ns = scene.now_ns
    scene.wait(lambda: len(scene.ads) == 4, "end by silence")
    assert stamp_to_ns(scene.ads[3].captured) == last_ns + 3 * STEP_NS


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"catalog": "/tmp/other.yaml"}, "read-only"),
        ({"media_root": "/"}, "read-only"),
        ({"on_stay": "often"}, "expected one of once, next, got 'often'"),
        ({"policy": ""}, "expected one of largest, majority, longest, got ''"),
        ({"vanish_s": 0.0}, "vanish_s"),
        ({"longest_showing_s": -1.0}, "longest_showing_s"),
        ({"child_below_years": float("nan")}, "child_below_years"),
        ({"appear_s": "1"}, "type"),
    ],
)
def test_a_parameter_that_can_not_be_set_says_why_and_the_node_goes_on(scene, set_values, values, reason):
    ((is_set, why),) = set_values(**values)
    assert not is_set and reason in why
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: len(scene.ads) == 2, "decision")


def hostile(sec=None, nanosec=None, count=1, box=None, **fused):
    """Return an image that no camera makes, stamped now where nothing else is said."""
    face = person(**{**WOMAN, **fused})
    if box is not None:
        face.box = RegionOfInterest(**box)
    message = FaceArray(faces=[face] * count)
    message.header.stamp = ns_to_stamp(time.time_ns())
    message.header.frame_id = "\N{KHMER VOWEL INHERENT AQ}\n\x1b[31m" * 1000
    message.header.stamp.sec = message.header.stamp.sec if sec is None else sec
    message.header.stamp.nanosec = message.header.stamp.nanosec if nanosec is None else nanosec
    return message


HOSTILE = [
    *[{"age_years": value} for value in (math.inf, -math.inf, -1.0, 1e30)],
    *[{"gender_confidence": value} for value in (math.inf, -1.0, 7.0)],
    *[{"age_spread_years": value} for value in (math.inf, -1.0)],
    *[{"gender": 3}, {"decade": 255}, {"box": {"width": 2**32 - 1, "height": 2**32 - 1}}],
    *[{"sec": 2**31 - 1}, {"sec": -(2**31)}, {"sec": -1}, {"nanosec": 2**32 - 1}, {"count": 1001}],
]


def test_images_that_can_not_be_are_dropped_and_counted_and_told_once_a_second(scene):
    for kind in HOSTILE:
        read = scene.node._bad_images
        scene.faces.publish(hostile(**kind))
        scene.wait(lambda read=read: scene.node._bad_images > read, f"{kind} dropped")
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: len(scene.ads) == 2, "decision")
    scene.node._diagnostics.publish()
    counted = str(len(HOSTILE))
    scene.wait(
        lambda: any(v.value == counted for s in scene.health for v in s.values if v.key == "bad frames"), "count"
    )
    told = [line for line in scene.logs if line.startswith("faces dropped")]
    assert 1 <= len(told) < len(HOSTILE), "not one for each"
    assert not any(v.key == "unexpected_errors" for s in scene.health for v in s.values)


def test_the_last_stamps_of_all_times_end_no_node(scene):
    """An episode that ends by silence at the end of what stamps can say, and one at their beginning."""
    for sec in (0, 2**31 - 86_400):
        for nanosec in (0, 500_000_000):
            read = scene.node._images
            scene.faces.publish(hostile(sec=sec, nanosec=nanosec))
            scene.wait(lambda read=read: scene.node._images > read, "image read")
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: [change.event for change in scene.presence] == [1, 3, 1, 3, 1], "all episodes")


@pytest.mark.parametrize(
    "request_", [{"estimation": "x" * 10**6}, {"device": "x" * 10**6}, {"device": "\n"}, {"estimation": "\x1b"}]
)
def test_a_request_that_can_not_be_is_answered_and_counted(scene, request_):
    client = scene.probe.create_client(ChooseAd, "choose_ad")
    scene.wait(client.service_is_ready, "service")
    future = client.call_async(ChooseAd.Request(**request_))
    scene.wait(future.done, "answer")
    assert not future.result().success and future.result().message.startswith("expected")
    assert len(future.result().message) < 200 and scene.node._bad_requests == 1


@pytest.mark.parametrize("kind", ["fifo", "folder", "/dev/zero", "dangling"])
def test_whatever_comes_in_place_of_the_catalogue_the_sign_goes_on(scene, kind):
    scene.catalogue.unlink()
    put_in_place(scene.catalogue, kind)
    scene.wait(lambda: any(status.level == DiagnosticStatus.WARN for status in scene.health), "warning")
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: len(scene.ads) == 2, "decision by the old catalogue")
    scene.catalogue.rmdir() if kind == "folder" else scene.catalogue.unlink()
    scene.catalogue.write_text(CATALOGUE)
    scene.health.clear()
    scene.wait(lambda: any(status.level == DiagnosticStatus.OK for status in scene.health), "health again")
