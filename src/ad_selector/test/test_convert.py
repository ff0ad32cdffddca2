import math
from dataclasses import replace

import pytest
from ad_selector import convert
from ad_selector.crowd import Counts, Totals
from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange, PresenceEvent
from ad_selector.segment import Segment
from ad_selector.selection import house_selection
from ad_selector.selector import Selector
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
        Face(
            track_id=3, state=Face.STATE_DETECTED, box=box, fused=DemographicsMsg(**KNOWN), attention=0.25, still_s=2.5
        ),
        Face(
            track_id=4,
            state=Face.STATE_PREDICTED,
            box=box,
            fused=DemographicsMsg(age_years=math.nan),
            attention=math.nan,
            still_s=math.nan,
        ),
    ]
    seen = convert.msg_to_observations(msg)
    known = Demographics(Gender.FEMALE, 0.75, 25.5, 3.0, Decade.D20S)
    assert seen.stamp_ns == 5_000_000_007
    assert seen.faces[0] == ObservedFace(3, True, 2000, known, attention=0.25, still_s=2.5)
    assert (seen.faces[1].attention, seen.faces[1].still_s) == (None, None)
    assert (seen.faces[1].is_detected, seen.faces[1].fused.age_years) == (False, None)


@pytest.mark.parametrize("field", ["gender", "decade"])
def test_a_value_that_no_constant_names_is_an_error(field):
    with pytest.raises(ValueError, match="99"):
        convert.msg_to_demographics(DemographicsMsg(**{**KNOWN, field: 99}))


def faces_message(sec=1_795_334_399, nanosec=0, count=1, **face):
    msg = FaceArray(faces=[Face(**{"track_id": 1, "state": 1, "fused": DemographicsMsg(**KNOWN), **face})] * count)
    msg.header.stamp.sec, msg.header.stamp.nanosec = sec, nanosec
    return msg


def fused(**changes):
    return {"fused": DemographicsMsg(**{**KNOWN, **changes})}


@pytest.mark.fault
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        *[(fused(age_years=value), "age_years from 0 to 120") for value in (math.inf, -math.inf, -0.5, 120.5, 3e38)],
        *[(fused(gender_confidence=value), "gender_confidence from 0 to 1") for value in (math.inf, -0.1, 1.1)],
        *[(fused(age_spread_years=value), "age_spread_years from 0") for value in (math.inf, -math.inf, -1.0, 1e9)],
        *[(fused(gender=value), "a known gender, got") for value in (3, 99, 255)],
        *[(fused(decade=value), "a known decade, got") for value in (11, 255)],
        *[({"state": value}, "a known state, got") for value in (3, 255)],
        *[({"attention": value}, "attention from 0 to 1, got") for value in (math.inf, -0.1, 1.1)],
        *[({"still_s": value}, "still_s from 0") for value in (-0.1, -math.inf)],
        ({"box": RegionOfInterest(width=65_536, height=1)}, "a box of at most 65535 px"),
        ({"box": RegionOfInterest(width=2**32 - 1, height=2**32 - 1)}, "a box of at most 65535 px"),
        *[({"sec": value}, "a stamp from 1970 to 2038") for value in (-1, -(2**31), 2**31 - 1, 2**31 - 86_000)],
        *[({"nanosec": value}, "a stamp from 1970 to 2038") for value in (10**9, 2**32 - 1)],
        ({"count": 1001}, "at most 1000 faces, got 1001"),
    ],
)
def test_what_can_not_be_is_refused_at_the_door(fields, expected):
    with pytest.raises(convert.MessageError, match=expected) as caught:
        convert.msg_to_observations(faces_message(**fields))
    assert len(str(caught.value)) < 200


@pytest.mark.fault
@pytest.mark.parametrize(
    "fields",
    [
        *[fused(**{name: math.nan}) for name in ("age_years", "gender_confidence", "age_spread_years")],
        fused(gender=0, decade=0, age_years=math.nan),
        *[fused(age_years=value) for value in (0.0, -0.0, 120.0, 1e-40)],
        *[{"state": value} for value in (0, 1, 2)],
        *[{"track_id": value} for value in (0, 2**32 - 1)],
        {"box": RegionOfInterest()},
        {"confidence": math.inf, "attention": math.nan},
        *[{"sec": value} for value in (0, 2**31 - 86_400)],
        {"nanosec": 10**9 - 1},
        *[{"count": value} for value in (0, 1000)],
    ],
)
def test_what_can_be_gives_an_episode_whose_messages_can_be_written(fields, make_catalogue):
    msg = faces_message(**fields)
    selector = Selector("deeplens1", AdSelectorParams(appear_s=0.0, settle_s=0.0), make_catalogue({}), 0)
    outputs = selector.observe(convert.msg_to_observations(msg))
    outputs += selector.observe_silence(stamp_to_ns(msg.header.stamp) + 10**10)
    for output in outputs:
        if isinstance(output, PresenceChange):
            convert.change_to_msg(output, "deeplens1")
        else:
            convert.selection_to_msg(output, "deeplens1", 0)


@pytest.mark.fault
@pytest.mark.parametrize(
    "request_",
    [
        *[{"estimation": text} for text in ("25f", "20x", "f20", "20f ", "２０f", "x" * 10**6, "\0", "-10f", "100m")],
        *[{"device": text} for text in ("x" * 101, "a\nb", "\0", "\x1b[31m", "\u202e")],
    ],
)
def test_a_request_that_can_not_be_is_refused_in_a_line(request_):
    with pytest.raises(convert.MessageError, match="expected") as caught:
        convert.request_to_audience(ChooseAd.Request(**request_), "deeplens1", 16.0)
    assert len(str(caught.value)) < 200 and str(caught.value).isprintable()


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
    dwells, looks = tuple(range(10)), tuple(range(10, 20))
    total = Totals(Counts(5, 6, 7), dwells, looks)
    change = PresenceChange(
        PresenceEvent.UPDATED, 2_000_000_001, 1_000_000_001, "deeplens1-x", "20f", Counts(2, 3, 4), total, 0.5, 0.25
    )
    msg = convert.change_to_msg(change, "deeplens1")
    assert (stamp_to_ns(msg.stamp), stamp_to_ns(msg.started)) == (2_000_000_001, 1_000_000_001)
    assert (msg.device, msg.episode, msg.event) == ("deeplens1", "deeplens1-x", Presence.UPDATED)
    assert (msg.watchers, msg.in_sight, msg.still_faces) == (2, 3, 4)
    assert (msg.watchers_total, msg.in_sight_total, msg.still_faces_total) == (5, 6, 7)
    assert (msg.estimation, msg.dwell_s, msg.attention_s) == ("20f", 0.5, 0.25)
    assert not any(msg.dwell_histogram) and not any(msg.attention_histogram), "only when it has ended"
    ended = convert.change_to_msg(replace(change, event=PresenceEvent.ENDED), "deeplens1")
    assert (tuple(ended.dwell_histogram), tuple(ended.attention_histogram)) == (dwells, looks)


def test_a_selection(make_catalogue):
    selection = house_selection(make_catalogue({}, fallback=("집", "b")), "nobody", 3_000_000_000)
    msg = convert.selection_to_msg(selection, "deeplens1", 4_000_000_000)
    assert (msg.device, msg.episode, msg.campaign, msg.creative, msg.fallback) == ("deeplens1", "", "", "집", True)
    assert msg.catalogue == "c" * 16
    assert msg.url == msg.urls[0] == f"/media/%EC%A7%91.{'0' * 16}.webm" and msg.reason == "nobody"
    assert (list(msg.creatives), list(msg.durations_s)) == (["집", "b"], [8.0, 8.0])
    assert [stamp_to_ns(stamp) for stamp in (msg.arrived, msg.captured, msg.decided)] == [
        0,
        3_000_000_000,
        4_000_000_000,
    ]
