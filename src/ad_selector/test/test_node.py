import gc
import time

import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from selector_scene import CATALOGUE, STEP_NS, WOMAN, Scene, person
from signage_common.ros_topics import AD_QOS, stamp_to_ns
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdSelection, Presence
from signage_msgs.srv import ChooseAd

pytestmark = pytest.mark.graph


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
    scene.show([person(**WOMAN)], 1.0)
    scene.show([], 1.2)
    scene.catalogue.write_text(CATALOGUE.replace("fallback: [house]", "fallback: [coffee]"))
    scene.wait(lambda: any("detect stop" in line for line in scene.logs), "episode")
    scene.wait(lambda: any("catalogue loaded" in line for line in scene.logs), "reload")
    for line, logger in scene.loggers.items():
        is_of_persons = logger.endswith(".audience")
        assert is_of_persons is not line.startswith("catalogue"), line


@pytest.mark.fault
def test_a_node_that_is_gone_silences_no_other_of_its_name(graph, catalogue_folder):
    """As in a process that makes the node anew, and where Python collects the old one some time later."""
    old = Scene(graph, catalogue_folder)
    graph.executor.remove_node(old.node)
    graph.nodes.remove(old.node)
    old.node.destroy_node()
    scene = Scene(graph, catalogue_folder)
    del old.node
    gc.collect()
    scene.show([person(**WOMAN)], 1.0)
    scene.show([], 1.2)
    scene.wait(lambda: any("detect stop" in line for line in scene.logs), "the line")


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


@pytest.mark.fault
def test_an_image_that_comes_late_is_no_silence(scene):
    scene.show([person(**WOMAN)], 0.6)
    late_s = time.monotonic() + 1.5
    scene.wait(lambda: time.monotonic() > late_s, "longer than vanish_s")
    scene.show([person(**WOMAN)], 0.2)
    assert [change.event for change in scene.presence] == [Presence.STARTED]


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


def test_a_bad_image_is_counted_and_dropped(scene):
    scene.show([person(gender=99)], 0.1)
    scene.show([person(**WOMAN)], 0.5)
    scene.wait(lambda: len(scene.ads) == 2, "decision")
    scene.node._diagnostics.publish()
    scene.wait(lambda: any(v.key == "bad frames" and v.value == "1" for s in scene.health for v in s.values), "count")
