import pytest
from signage_bridge.health import LINGER_S, GraphMonitor, NodeStatus

AD, FACES = "/deeplens1/ad", "/deeplens1/faces"


def make_monitor(devices=("deeplens1",)):
    return GraphMonitor(devices, [f"/{device}/ad" for device in devices] + ["/diagnostics"])


def say(monitor, now_s, **levels):
    statuses = [NodeStatus(f"deeplens1/{name}: health", level, f"{name} speaks") for name, level in levels.items()]
    monitor.record_statuses(statuses, now_s)


def test_all_is_well_when_an_ad_came_and_nobody_complains():
    monitor = make_monitor()
    monitor.record_message(AD, 10.0)
    monitor.record_publishers({AD: 1, "/diagnostics": 3}, 10.0)
    say(monitor, 11.0, camera=0)
    report = monitor.health(12.0)
    assert report.problems == []
    assert report.topics[AD] == {"messages": 1, "age_s": 2.0, "publishers": 1}
    assert report.nodes == {"deeplens1/camera: health": {"level": "ok", "message": "camera speaks", "age_s": 1.0}}


def test_an_absent_selector_is_a_problem():
    monitor = make_monitor()
    assert monitor.health(0.0).problems == ["nobody publishes /deeplens1/ad: is ad_selector running?"]
    monitor.record_publishers({AD: 1}, 0.0)
    assert monitor.health(0.0).problems == ["no message came on /deeplens1/ad yet"]


def test_errors_and_silence_of_nodes_are_problems_but_warnings_are_not():
    monitor = make_monitor()
    monitor.record_message(AD, 0.0)
    monitor.record_publishers({AD: 1}, 0.0)
    say(monitor, 0.0, camera=2, face_inference=1, ad_selector=0)
    assert monitor.health(1.0).problems == monitor.health(1.0).failing == ["camera: camera speaks"]
    late = monitor.health(9.0)
    silent = ["ad_selector: silent for 9 s", "camera: silent for 9 s", "face_inference: silent for 9 s"]
    assert late.problems == late.missing == silent
    assert {node["level"] for node in late.nodes.values()} == {"stale"}
    say(monitor, 9.5, camera=0, face_inference=0, ad_selector=0)
    assert monitor.health(10.0).problems == [], "who speaks again is well"


def test_nodes_of_several_devices_and_other_tasks_are_named_in_full():
    monitor = make_monitor(("deeplens1", "deeplens2"))
    monitor.record_statuses(
        [NodeStatus("deeplens2/usb_cam: health", 2, "x"), NodeStatus("deeplens1/a: b", 2, "y")], 0.0
    )
    assert monitor.health(0.0).failing == ["deeplens1/a: b: y", "deeplens2/usb_cam: x"]


@pytest.mark.fault
@pytest.mark.parametrize("topic", [AD, FACES])
def test_two_that_publish_what_one_may_are_twins_unless_one_was_killed_just_now(topic):
    monitor = make_monitor()
    monitor.record_message(AD, 0.0)
    monitor.record_publishers({AD: 1, topic: 2}, 0.0)
    assert topic in monitor.counted_topics
    assert monitor.health(LINGER_S - 1).twins == [], "the graph lists a killed node for some time"
    monitor.record_publishers({AD: 1, topic: 2}, LINGER_S)
    assert monitor.health(LINGER_S + 1).twins == [f"2 nodes publish {topic}: give each device a name of its own"]
    monitor.record_publishers({AD: 1, topic: 1}, LINGER_S + 2)
    monitor.record_publishers({AD: 1, topic: 2}, LINGER_S + 3)
    assert monitor.health(LINGER_S + 4).twins == []


def test_a_journal_that_is_away_is_a_problem_where_there_has_to_be_one():
    service = "/deeplens1/record_playback"
    monitor = GraphMonitor(["deeplens1"], [], [service])
    assert monitor.health(0.0).missing == [f"nobody offers {service}: is the journal running?"]
    monitor.record_services({service: True})
    assert monitor.health(1.0).problems == []
    say(monitor, 1.0, journal=0)
    assert monitor.health(9.0).problems == ["journal: silent for 8 s"]
    monitor.record_services({service: False})
    assert len(monitor.health(9.0).problems) == 2


def test_others_may_publish_diagnostics_together():
    monitor = make_monitor()
    for now_s in (0.0, 100.0):
        monitor.record_publishers({AD: 1, "/diagnostics": 5}, now_s)
    assert monitor.health(101.0).twins == []


def test_statuses_of_other_devices_are_ignored_and_all_are_bounded():
    monitor = make_monitor()
    monitor.record_statuses([NodeStatus("deeplens2/camera: health", 2, "")], 0.0)
    assert monitor.statuses == {}
    say(monitor, 0.0, **{f"n{number}": 0 for number in range(1000)})
    monitor.record_statuses([NodeStatus("deeplens1/n1: health", 0, "x" * 10_000)], 0.0)
    assert len(monitor.statuses) == 100
    assert max(len(status.message) for status, _ in monitor.statuses.values()) <= 500
