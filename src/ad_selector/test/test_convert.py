import math

import pytest
from ad_selector import convert
from ad_selector.presence import PresenceChange, PresenceEvent
from ad_selector.segment import Segment
from ad_selector.selection import house_selection
from ad_selector.watchers import ObservedFace
from sensor_msgs.msg import RegionOfInterest
from signage_common.demographics import Decade, Demographics, Gender
from signage_common.ros_topics import ns_to_stamp, stamp_to_ns
from signage_msgs.msg import Demographics as DemographicsMsg
from signage_msgs.msg import Face, FaceArray, Presence
from signage_msgs.srv import ChooseAd

KNOWN = {"gender": 1, "gender_confidence": 0.75, "age_years": 25.5, "age_spread_years": 3.0, "decade": 3}


def test_events_match_the_message():
    for event in PresenceEvent:
        name = "EVENT_UNKNOWN" if event is PresenceEvent.UNKNOWN else event.name
        assert getattr(Presence, name) == event


def test_faces_to_observations():
    msg = FaceArray()
    msg.header.stamp = ns_to_stamp(5_000_000_007)
    box = RegionOfInterest(width=40, height=50)
    msg.faces = [
        Face(track_id=3, state=Face.STATE_DETECTED, box=box, fused=DemographicsMsg(**KNOWN)),
        Face(track_id=4, state=Face.STATE_PREDICTED, box=box, fused=DemographicsMsg(age_years=math.nan)),
    ]
    seen = convert.msg_to_observations(msg)
    known = Demographics(Gender.FEMALE, 0.75, 25.5, 3.0, Decade.D20S)
    assert seen.stamp_ns == 5_000_000_007
    assert seen.faces[0] == ObservedFace(3, True, 2000, known)
    assert (seen.faces[1].is_detected, seen.faces[1].fused.age_years) == (False, None)


@pytest.mark.parametrize("field", ["gender", "decade"])
def test_a_value_that_no_constant_names_is_an_error(field):
    with pytest.raises(ValueError, match="99"):
        convert.msg_to_demographics(DemographicsMsg(**{**KNOWN, field: 99}))


@pytest.mark.parametrize(
    ("request_", "audience"),
    [
        ({"estimation": "20f"}, ("deeplens1", Segment(Gender.FEMALE, 25), 1)),
        ({"estimation": "", "device": "lobby", "watchers": 3}, ("lobby", Segment(), 3)),
    ],
)
def test_a_request_to_an_audience(request_, audience):
    read = convert.request_to_audience(ChooseAd.Request(**request_), "deeplens1", 16.0)
    assert (read.device, read.segment, read.watchers, read.episode) == (*audience, "")


def test_a_change_of_presence():
    change = PresenceChange(PresenceEvent.UPDATED, 2_000_000_001, 1_000_000_001, "deeplens1-x", 2, "20f", 0.5)
    msg = convert.change_to_msg(change, "deeplens1")
    assert (stamp_to_ns(msg.stamp), stamp_to_ns(msg.started)) == (2_000_000_001, 1_000_000_001)
    assert (msg.device, msg.episode, msg.event) == ("deeplens1", "deeplens1-x", Presence.UPDATED)
    assert (msg.watchers, msg.estimation, msg.dwell_s) == (2, "20f", 0.5)


def test_a_selection(make_catalogue):
    selection = house_selection(make_catalogue({}, fallback=("집", "b")), "nobody", 3_000_000_000)
    msg = convert.selection_to_msg(selection, "deeplens1", 4_000_000_000)
    assert (msg.device, msg.episode, msg.campaign, msg.creative, msg.fallback) == ("deeplens1", "", "", "집", True)
    assert msg.url == msg.urls[0] == f"/media/%EC%A7%91.{'0' * 16}.webm" and msg.reason == "nobody"
    assert (list(msg.creatives), list(msg.durations_s)) == (["집", "b"], [8.0, 8.0])
    assert [stamp_to_ns(stamp) for stamp in (msg.arrived, msg.captured, msg.decided)] == [
        0,
        3_000_000_000,
        4_000_000_000,
    ]
