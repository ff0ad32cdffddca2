import pytest
from signage_bridge.errors import OperationError
from signage_bridge.playback import MAX_AGE_S, PlaybackEvent, PlaybackRules, check_playback
from signage_msgs.msg import AdPlayback

NOW_S = 1_800_000_000
RULES = PlaybackRules({"trainers", "커피"}, ["deeplens1"])
REPORT = {
    "stamp": {"sec": NOW_S, "nanosec": 5},
    "screen": "lobby",
    "device": "deeplens1",
    "play_id": "p-1",
    "creative": "trainers",
    "episode": "",
    "event": 1,
    "detail": "",
}


def check(rules=RULES, **fields):
    check_playback({**REPORT, **fields}, rules, NOW_S * 10**9)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"event": 4, "detail": "decode failed: 코덱"},
        {"creative": "커피"},
        {"campaign": "봄 달리기"},
        {"campaign": ""},
        {"stamp": {"sec": NOW_S - MAX_AGE_S + 1, "nanosec": 0}},
        {"stamp": {"sec": NOW_S + 299}},
        {"detail": "x" * 500},
    ],
)
def test_what_a_screen_may_report(fields):
    check(**fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"creative": "unheard-of"}, "creative: expected a creative of the catalogue, got 'unheard-of'"),
        ({"creative": None}, "creative"),
        ({"creative": ["trainers"]}, "creative"),
        ({"device": "deeplens2"}, "device: expected a device of this bridge"),
        ({"device": {}}, "device"),
        ({"event": 0}, r"event: expected 1 \(started\)"),
        ({"event": 5}, "event"),
        ({"event": "1"}, "event"),
        ({"event": True}, "event"),
        ({"event": None}, "event"),
        ({"screen": ""}, "screen: expected 1 to 100 printable characters"),
        ({"screen": "x" * 101}, "screen"),
        ({"screen": "a\nb"}, "screen"),
        ({"screen": 5}, "screen"),
        ({"play_id": ""}, "play_id"),
        ({"play_id": "\x00"}, "play_id"),
        ({"episode": "e" * 101}, "episode"),
        ({"campaign": "c" * 101}, "campaign: expected 0 to 100"),
        ({"campaign": None}, "campaign"),
        ({"detail": "d" * 501}, "detail: expected 0 to 500"),
        ({"stamp": {"sec": 0, "nanosec": 0}}, "stamp: expected a time at most 300 s ahead and 31 days old"),
        ({"stamp": {"sec": NOW_S + 301}}, "stamp"),
        ({"stamp": {"sec": 10**400}}, "stamp"),
        ({"stamp": {"sec": "now"}}, "stamp"),
        ({"stamp": {"sec": float("nan")}}, "stamp"),
        ({"stamp": NOW_S}, "stamp: expected the time of the event"),
        ({"stamp": None}, "stamp"),
    ],
)
def test_what_can_not_be_right_is_refused(fields, words):
    with pytest.raises(OperationError, match=f"playback field {words}"):
        check(**fields)


def test_missing_fields_are_refused():
    with pytest.raises(OperationError, match="playback field screen"):
        check_playback({}, RULES, NOW_S * 10**9)


def test_only_listed_screens_if_there_is_a_list():
    rules = PlaybackRules(RULES.creatives, RULES.devices, ["lobby", "door"])
    check(rules)
    with pytest.raises(OperationError, match="one of the screens door, lobby"):
        check(rules, screen="attic")


def test_the_events_are_those_of_the_message():
    for event in list(PlaybackEvent)[1:]:
        assert getattr(AdPlayback, event.name) == event


@pytest.mark.fault
@pytest.mark.parametrize(
    ("age_s", "code"),
    [
        (-301, "unavailable"),
        (-3600, "unavailable"),  # the clock was set back an hour since, and will be right again
        (-MAX_AGE_S - 1, "bad_message"),
        (MAX_AGE_S + 1, "bad_message"),
        (10**18, "bad_message"),
    ],
)
def test_a_report_that_is_early_may_come_again(age_s, code):
    with pytest.raises(OperationError) as error:
        check(stamp={"sec": NOW_S - age_s, "nanosec": 0})
    assert error.value.code.value == code


@pytest.mark.fault
@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("-inf"), float("nan"), "1", None, [], {}])
@pytest.mark.parametrize("field", ["sec", "nanosec"])
def test_numbers_of_a_stamp_that_mean_no_time(field, number):
    with pytest.raises(OperationError, match="playback field stamp"):
        check(stamp={"sec": NOW_S, "nanosec": 0, field: number})
