import math
import time

import pytest
from ad_selector.node import AdSelectorNode
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rcl_interfaces.msg import Log
from rcl_interfaces.srv import SetParameters
from rclpy.parameter import Parameter
from sensor_msgs.msg import RegionOfInterest
from signage_catalogue.testing import put_in_place
from signage_common.ros_topics import AD_QOS, FACES_QOS, PRESENCE_QOS, ns_to_stamp, stamp_to_ns
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdSelection, Demographics, Face, FaceArray, Presence
from signage_msgs.srv import ChooseAd

pytestmark = pytest.mark.graph

CATALOGUE = """
version: 1
fallback: [house]
creatives:
  house: {file: house.webm, duration_s: 10}
  신발: {file: a.webm, duration_s: 8, ad_id: "8465"}
  coffee: {file: b.webm, duration_s: 6}
campaigns:
  봄: {creatives: [신발], target: {gender: female, age: [20, 39]}, priority: 10}
  all: {creatives: [coffee]}
"""
WOMAN = {"gender": Demographics.GENDER_FEMALE, "gender_confidence": 0.9, "age_years": 25.0, "decade": 3}
STEP_NS = NS_PER_S // 10


class Scene:
    """A real selector in a graph of its own, and a probe that shows it faces and hears what it says."""

    def __init__(self, graph, folder, **params):
        self.graph = graph
        self.catalogue = folder / "ads.yaml"
        self.catalogue.write_text(CATALOGUE)
        self.ads, self.presence, self.logs, self.health = [], [], [], []
        self.loggers = {}
        probe = self.probe = graph.probe()
        probe.create_subscription(AdSelection, "ad", self.ads.append, AD_QOS)
        probe.create_subscription(Presence, "presence", self.presence.append, PRESENCE_QOS)
        probe.create_subscription(Log, "/rosout", self._hear_log, 100)
        probe.create_subscription(DiagnosticArray, "/diagnostics", lambda msg: self.health.extend(msg.status), 10)
        self.faces = probe.create_publisher(FaceArray, "faces", FACES_QOS)
        params = {"catalog": str(self.catalogue), **params}
        self.node = graph.add(AdSelectorNode, params=params, namespace="deeplens1")
        graph.spin_until(self._is_connected, what="discovery")
        self.began_ns = self.now_ns = time.time_ns()

    def _hear_log(self, msg):
        if msg.name in ("deeplens1.ad_selector", "deeplens1.ad_selector.audience"):
            self.logs.append(msg.msg)
            self.loggers[msg.msg] = msg.name

    def _is_connected(self):
        presence = self.node.count_subscribers("presence")
        return self.ads and presence and self.faces.get_subscription_count() and self.node.count_subscribers("/rosout")

    def show(self, faces, seconds):
        """Publish images at ten a second of their own time, each when the one before has been read."""
        for _ in range(round(seconds * 10)):
            self.now_ns += STEP_NS
            message = FaceArray(faces=faces)
            message.header.stamp = ns_to_stamp(self.now_ns)
            read = self.node._images + self.node._bad_images
            self.faces.publish(message)
            self.graph.spin_until(lambda read=read: self.node._images + self.node._bad_images > read, what="image read")

    def wait(self, happened, what):
        self.graph.spin_until(happened, what=what)


def person(**fused):
    box = RegionOfInterest(width=100, height=120)
    return Face(track_id=1, state=Face.STATE_DETECTED, box=box, confidence=0.9, fused=Demographics(**fused))


@pytest.fixture
def scene(graph, catalogue_folder):
    return Scene(graph, catalogue_folder)


def test_one_decision_per_episode_with_every_field(scene):
    scene.show([], 0.2)
    first_ns = scene.now_ns + STEP_NS
    scene.show([person(**WOMAN)], 1.0)
    scene.show([], 1.2)
    scene.wait(lambda: len(scene.ads) == 3 and len(scene.presence) == 2, "decision and fallback")
    start, ad, fallback = scene.ads
    assert [change.event for change in scene.presence] == [Presence.STARTED, Presence.ENDED]
    assert [change.estimation for change in scene.presence] == ["20f", "20f"]
    assert {change.episode for change in scene.presence} == {ad.episode} and ad.episode.startswith("deeplens1-2")
    assert (ad.device, ad.campaign, ad.creative, ad.ad_id) == ("deeplens1", "봄", "신발", "8465")
    assert (ad.fallback, ad.estimation) == (False, "20f") and ad.reason.startswith("20f, 1 watcher at deeplens1: 봄")
    assert ad.url.startswith("/media/%EC%8B%A0%EB%B0%9C.") and ad.url.endswith(".webm") and list(ad.urls) == [ad.url]
    assert (list(ad.creatives), list(ad.durations_s)) == (["신발"], [8.0])
    assert (stamp_to_ns(ad.arrived), stamp_to_ns(ad.captured)) == (first_ns, first_ns + 3 * STEP_NS)
    assert scene.began_ns < stamp_to_ns(ad.decided) <= time.time_ns()
    for house in (start, fallback):
        assert house.fallback and (house.episode, house.campaign, list(house.creatives)) == ("", "", ["house"])
        assert (house.estimation, stamp_to_ns(house.arrived)) == ("unknown", 0)


def test_log_lines_come_once_per_episode(scene):
    scene.wait(lambda: scene.probe.count_publishers("/rosout") >= 2, "discovery of /rosout")
    for _ in range(2):
        scene.show([person(**WOMAN)], 1.0)
        scene.show([], 1.2)
    scene.wait(lambda: sum("detect stop" in line for line in scene.logs) == 2, "two episodes")
    episodes = [change.episode for change in scene.presence if change.event == Presence.STARTED]
    lines = [line for line in scene.logs if not line.startswith("fallback")]
    assert len(set(episodes)) == 2 and len(lines) == 8
    for episode, (start, estimation, ad, stop) in zip(episodes, (lines[:4], lines[4:]), strict=True):
        assert start == f"detect start: {episode}"
        assert estimation == "{'estimation': '20f', 'devices': 'deeplens1'}"
        assert ad.startswith(f"advertisement: 봄, 신발 for {episode} (20f, 1 watcher at deeplens1: ")
        assert stop == f"detect stop: {episode} after 0.9 s"


@pytest.mark.fault
def test_lines_that_tell_of_persons_have_a_logger_of_their_own(scene):
    scene.wait(lambda: scene.probe.count_publishers("/rosout") >= 2, "discovery of /rosout")
    scene.show([person(**WOMAN)], 1.0)
    scene.show([], 1.2)
    scene.catalogue.write_text(CATALOGUE.replace("fallback: [house]", "fallback: [coffee]"))
    scene.wait(lambda: any("detect stop" in line for line in scene.logs), "episode")
    scene.wait(lambda: any("catalogue loaded" in line for line in scene.logs), "reload")
    for line, logger in scene.loggers.items():
        is_of_persons = logger.endswith(".audience")
        assert is_of_persons is not line.startswith("catalogue"), line


def test_who_joins_late_gets_the_current_advertisement(scene):
    scene.show([person(**WOMAN)], 0.5)
    heard = []
    scene.graph.probe().create_subscription(AdSelection, "ad", heard.append, AD_QOS)
    scene.wait(lambda: heard, "latched advertisement")
    assert [(ad.creative, ad.episode) for ad in heard] == [("신발", scene.ads[-1].episode)]


def test_an_unknown_person_is_answered_when_settled(graph, catalogue_folder):
    scene = Scene(graph, catalogue_folder, settle_s=0.5)
    scene.show([person()], 1.5)
    scene.wait(lambda: len(scene.ads) == 2, "decision")
    assert (scene.ads[1].creative, scene.ads[1].estimation) == ("coffee", "unknown")
    assert stamp_to_ns(scene.ads[1].captured) - stamp_to_ns(scene.ads[1].arrived) == 8 * STEP_NS


def test_faces_that_stop_end_the_episode(scene):
    scene.show([person(**WOMAN)], 0.6)
    last_ns = scene.now_ns
    scene.wait(lambda: len(scene.presence) == 2 and len(scene.ads) == 3, "end by silence")
    assert scene.presence[1].event == Presence.ENDED and scene.ads[2].fallback
    assert stamp_to_ns(scene.presence[1].stamp) == stamp_to_ns(scene.ads[2].captured) == last_ns + NS_PER_S


def test_a_changed_catalogue_is_used_at_once_and_a_bad_one_refused(scene):
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: len(scene.ads) == 2, "decision")
    scene.catalogue.write_text(CATALOGUE.replace("fallback: [house]", "fallback: [coffee, house]"))
    scene.wait(lambda: any(line.startswith("catalogue loaded") for line in scene.logs), "reload")
    assert len(scene.ads) == 2, "the running decision stays"
    scene.wait(lambda: len(scene.ads) == 3, "fallback after silence")
    assert list(scene.ads[2].creatives) == ["coffee", "house"]
    scene.catalogue.write_text(CATALOGUE.replace("[coffee]", "[tea]").replace("weight", "wait"))
    scene.wait(lambda: any(status.level == DiagnosticStatus.WARN for status in scene.health), "warning")
    warning = next(status for status in scene.health if status.level == DiagnosticStatus.WARN)
    problem = "ads.yaml:10: campaigns.all.creatives[0]: expected the name of a creative, got 'tea'"
    assert warning.name == "deeplens1/ad_selector: health" and problem in warning.message
    assert str(scene.catalogue.parent) not in str(warning), "where it lies is for the log"
    scene.wait(lambda: any(f"{scene.catalogue.parent}/{problem}" in line for line in scene.logs), "refusal on the log")
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: len(scene.ads) == 4, "decision by the old catalogue")
    assert scene.ads[3].creative == "신발"
    scene.health.clear()
    scene.catalogue.write_text(CATALOGUE)
    scene.wait(lambda: any(status.level == DiagnosticStatus.OK for status in scene.health), "health again")


def test_a_new_catalogue_shows_its_house_playlist_when_nobody_is_there(scene):
    scene.catalogue.write_text(CATALOGUE.replace("fallback: [house]", "fallback: [coffee]"))
    scene.wait(lambda: len(scene.ads) == 2, "new house playlist")
    assert scene.ads[1].fallback and scene.ads[1].creative == "coffee"


@pytest.mark.parametrize(
    ("request_", "creative", "estimation"),
    [
        ({"estimation": "20f"}, "신발", "20f"),
        ({"estimation": "40m", "device": "lobby", "watchers": 2}, "coffee", "40m"),
        ({"estimation": ""}, "coffee", "unknown"),
        ({"estimation": "25f"}, None, None),
    ],
)
def test_the_service_answers_and_changes_nothing(scene, request_, creative, estimation):
    client = scene.probe.create_client(ChooseAd, "choose_ad")
    scene.wait(client.service_is_ready, "service")
    future = client.call_async(ChooseAd.Request(**request_))
    scene.wait(future.done, "answer")
    answer = future.result()
    assert answer.success is (creative is not None) and len(scene.ads) == 1
    if creative is None:
        assert answer.message == "expected an estimation such as 20f, or unknown, got '25f'"
    else:
        selection = answer.selection
        assert (selection.creative, selection.estimation, selection.episode) == (creative, estimation, "")
        assert (answer.message, selection.device) == ("", request_.get("device") or "deeplens1")


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


@pytest.mark.fault
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


@pytest.mark.fault
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


@pytest.mark.fault
def test_images_that_can_not_be_are_dropped_and_counted_and_told_once_a_second(scene):
    scene.wait(lambda: scene.probe.count_publishers("/rosout") >= 2, "discovery of /rosout")
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


@pytest.mark.fault
def test_the_last_stamps_of_all_times_end_no_node(scene):
    """An episode that ends by silence at the end of what stamps can say, and one at their beginning."""
    for sec in (0, 2**31 - 86_400):
        for nanosec in (0, 500_000_000):
            read = scene.node._images
            scene.faces.publish(hostile(sec=sec, nanosec=nanosec))
            scene.wait(lambda read=read: scene.node._images > read, "image read")
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: [change.event for change in scene.presence] == [1, 3, 1, 3, 1], "all episodes")


@pytest.mark.fault
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


@pytest.mark.fault
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


def test_a_bad_image_is_counted_and_dropped(scene):
    scene.show([person(gender=99)], 0.1)
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: len(scene.ads) == 2, "decision")
    scene.node._diagnostics.publish()
    scene.wait(lambda: any(v.key == "bad frames" and v.value == "1" for s in scene.health for v in s.values), "count")
