from signage_bridge.health import GraphMonitor, NodeStatus

AD = "/deeplens1/ad"


def make_monitor():
    return GraphMonitor(["deeplens1"], [AD, "/diagnostics"])


def test_all_is_well_when_an_ad_came_and_nobody_complains():
    monitor = make_monitor()
    monitor.record_message(AD, 10.0)
    monitor.record_statuses([NodeStatus("deeplens1/camera: health", 0, "30 frames a second")], 11.0)
    report = monitor.health({AD: 1, "/diagnostics": 3}, 12.0)
    assert report.problems == []
    assert report.topics[AD] == {"messages": 1, "age_s": 2.0, "publishers": 1}
    assert report.nodes == {"deeplens1/camera: health": {"level": "ok", "message": "30 frames a second", "age_s": 1.0}}


def test_an_absent_selector_is_a_problem():
    assert make_monitor().health({}, 0.0).problems == ["nobody publishes /deeplens1/ad: is ad_selector running?"]
    assert make_monitor().health({AD: 1}, 0.0).problems == ["no message came on /deeplens1/ad yet"]


def test_errors_and_silence_of_nodes_are_problems_but_warnings_are_not():
    monitor = make_monitor()
    monitor.record_message(AD, 0.0)
    statuses = {"camera": 2, "face_inference": 1, "ad_selector": 0}
    monitor.record_statuses([NodeStatus(f"deeplens1/{name}: health", level, name) for name, level in statuses.items()], 0.0)
    assert monitor.health({AD: 1}, 1.0).problems == ["deeplens1/camera: health: camera"]
    late = monitor.health({AD: 1}, 9.0)
    assert late.problems == [f"deeplens1/{name}: health: silent for 9 s" for name in sorted(statuses)]
    assert {node["level"] for node in late.nodes.values()} == {"stale"}


def test_statuses_of_other_devices_are_ignored_and_all_are_bounded():
    monitor = make_monitor()
    monitor.record_statuses([NodeStatus("deeplens2/camera: health", 2, "")], 0.0)
    assert monitor.statuses == {}
    monitor.record_statuses([NodeStatus(f"deeplens1/n{number}: health", 0, "") for number in range(1000)], 0.0)
    assert len(monitor.statuses) == 100
