"""What becomes of the reports of screens, with a journal in memory."""

import asyncio

import pytest
from signage_bridge import reports as module
from signage_bridge.errors import Code, OperationError
from signage_bridge.playback import PlaybackRules
from signage_bridge.reports import PlaybackReports

NOW_S = 1_800_000_000
SERVICE, TOPIC = "/deeplens1/record_playback", "/deeplens1/playback"


def report(play_id="p1", **fields):
    named = {"screen": "lobby", "device": "deeplens1", "play_id": play_id, "creative": "house"}
    return {"stamp": {"sec": NOW_S, "nanosec": 0}, **named, "event": 1, **fields}


class Ros:
    """A ROS side with a journal that keeps what it is asked for, or answers as a test says."""

    def __init__(self):
        self.kept, self.published, self.asked = [], [], []
        self.answer = None
        self.go_on = asyncio.Event()
        self.go_on.set()

    def check(self, type_name, values):
        if "extra" in values:
            raise OperationError("no field extra in AdPlayback")
        return ["campaign", "episode", "detail"]

    def publish(self, topic, type_name, values):
        assert type_name == "signage_msgs/msg/AdPlayback"
        self.published.append((topic, values["play_id"]))
        return []

    async def call_service(self, service, type_name, args, timeout_s=None):
        assert type_name == "signage_msgs/srv/RecordPlayback"
        self.asked.append((service, [each["play_id"] for each in args["playbacks"]]))
        await self.go_on.wait()
        if isinstance(self.answer, OperationError):
            raise self.answer
        if self.answer is not None:
            return self.answer
        self.kept += [each["play_id"] for each in args["playbacks"]]
        return {"success": True, "message": "", "refused": [""] * len(args["playbacks"])}


@pytest.fixture
async def ros():
    return Ros()


@pytest.fixture
def make(ros):
    def make(has_journal=True):
        rules = PlaybackRules({"house"}, ["deeplens1"])
        tell = lambda text: text.replace("/home/me", "[hidden]")  # noqa: E731
        return PlaybackReports(ros, lambda: rules, has_journal, lambda: make.now_s, lambda: NOW_S * 10**9, tell)

    make.now_s = 0.0
    return make


@pytest.fixture
def reports(make):
    return make()


def ids(published):
    return [play_id for _, play_id in published]


class TestRecording:
    async def test_what_the_journal_has_is_acknowledged_then_published(self, reports, ros):
        ros.go_on.clear()
        recording = asyncio.create_task(reports.record(SERVICE, {"playbacks": [report("a"), report("b")]}))
        await asyncio.sleep(0)
        assert ros.asked == [(SERVICE, ["a", "b"])] and ros.published == []
        ros.go_on.set()
        assert await recording == {"success": True, "message": "", "refused": ["", ""]}
        assert ros.kept == ["a", "b"] and ros.published == [(TOPIC, "a"), (TOPIC, "b")]
        assert (reports.counts.recorded, reports.counts.refused, reports.counts.postponed) == (2, 0, 0)

    async def test_a_bad_report_does_not_hold_up_the_others(self, reports, ros):
        bad = [report("x", creative="unheard-of"), report("y", extra=1), "no object", None, report("z", event=0)]
        sent = [report("a"), *bad[:3], report("b"), *bad[3:]]
        answer = await reports.record(SERVICE, {"playbacks": sent})
        assert [bool(reason) for reason in answer["refused"]] == [False, True, True, True, False, True, True]
        assert "creative of the catalogue" in answer["refused"][1] and "no field extra" in answer["refused"][2]
        assert ros.kept == ids(ros.published) == ["a", "b"]
        assert reports.counts.refused == 5

    async def test_what_the_journal_refuses_is_told_in_its_place(self, reports, ros):
        ros.answer = {"success": True, "message": "", "refused": ["another one has this id in /home/me", ""]}
        answer = await reports.record(SERVICE, {"playbacks": [report("a"), report("x", event=9), report("b")]})
        assert answer["refused"][0] == "another one has this id in [hidden]" and answer["refused"][2] == ""
        assert "event" in answer["refused"][1] and ids(ros.published) == ["b"]

    async def test_nobody_is_asked_where_nothing_is_right(self, reports, ros):
        assert (await reports.record(SERVICE, {"playbacks": []}))["refused"] == []
        assert (await reports.record(SERVICE, {}))["refused"] == []
        assert len((await reports.record(SERVICE, [[{}]]))["refused"]) == 1
        assert ros.asked == []

    async def test_a_repeat_after_a_lost_answer_is_acknowledged_and_published_once(self, reports, ros):
        for _ in range(3):
            answer = await reports.record(SERVICE, {"playbacks": [report("a"), report("a", event=2), report("a")]})
            assert answer["refused"] == ["", "", ""]
        assert ids(ros.published) == ["a", "a"], "start and end"

    async def test_what_was_published_is_remembered_within_bounds(self, reports, ros, monkeypatch):
        monkeypatch.setattr(module, "MAX_REMEMBERED", 2)
        for play_id in ("a", "b", "c", "c", "a"):
            await reports.record(SERVICE, {"playbacks": [report(play_id)]})
        assert ids(ros.published) == ["a", "b", "c", "a"] and len(reports._published) == 2

    async def test_others_go_on_while_a_long_list_is_checked(self, reports):
        recording = asyncio.create_task(reports.record(SERVICE, {"playbacks": [report(str(n)) for n in range(500)]}))
        turns = 0
        while not recording.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns >= 50 and (await recording)["refused"] == [""] * 500


@pytest.mark.fault
class TestTrouble:
    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (OperationError("service is not there", Code.UNAVAILABLE), "journal: service is not there"),
            (OperationError("a fault", Code.INTERNAL), "journal: a fault"),
            ({"success": False, "message": "disk full: /home/me/x", "refused": []}, "journal: disk full: [hidden]/x"),
            ({"success": False, "message": "", "refused": []}, "did not say why"),
            ({"success": True, "message": "", "refused": []}, "an answer to each of 1 reports, got 0"),
            ({"success": True, "message": "", "refused": ["", ""]}, "an answer to each of 1 reports, got 2"),
        ],
    )
    async def test_a_journal_that_keeps_nothing_leaves_all_with_the_screen(self, reports, make, ros, answer, words):
        ros.answer = answer
        with pytest.raises(OperationError) as error:
            await reports.record(SERVICE, {"playbacks": [report()]})
        assert error.value.code is Code.UNAVAILABLE and words in str(error.value)
        assert ros.published == [] and reports.counts.postponed == 1 and words in reports.problem
        ros.answer = None
        await reports.record(SERVICE, {"playbacks": [report()]})
        assert ids(ros.published) == ["p1"] and reports.problem == ""

    async def test_a_problem_of_which_nobody_hears_any_more_is_over(self, reports, make, ros):
        ros.answer = OperationError("away", Code.UNAVAILABLE)
        with pytest.raises(OperationError):
            await reports.record(SERVICE, {"playbacks": [report()]})
        make.now_s = module.FAILURE_SHOWN_S - 0.1
        assert reports.problem
        make.now_s = module.FAILURE_SHOWN_S
        assert not reports.problem

    async def test_calls_that_the_journal_has_not_answered_are_bounded(self, reports, ros, monkeypatch):
        monkeypatch.setattr(module, "MAX_CALLS", 2)
        ros.go_on.clear()
        first = [asyncio.create_task(reports.record(SERVICE, {"playbacks": [report(str(n))]})) for n in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(OperationError) as error:
            await reports.record(SERVICE, {"playbacks": [report("late")]})
        assert error.value.code is Code.TOO_MANY and not reports.problem
        ros.go_on.set()
        await asyncio.gather(*first)
        await reports.record(SERVICE, {"playbacks": [report("late")]})
        assert ros.kept == ["0", "1", "late"]

    async def test_a_screen_that_leaves_takes_nothing_back(self, reports, ros):
        ros.go_on.clear()
        recording = asyncio.create_task(reports.record(SERVICE, {"playbacks": [report()]}))
        await asyncio.sleep(0)
        recording.cancel()
        with pytest.raises(asyncio.CancelledError):
            await recording
        ros.go_on.set()
        await reports.record(SERVICE, {"playbacks": [report()]})
        assert len(ros.asked) == 2 and ids(ros.published) == ["p1"]

    async def test_what_may_be_right_later_is_no_refusal(self, reports, ros):
        early = report("early", stamp={"sec": NOW_S + 3600})
        with pytest.raises(OperationError) as error:
            await reports.record(SERVICE, {"playbacks": [report("a"), early]})
        assert error.value.code is Code.UNAVAILABLE and ros.asked == []

    @pytest.mark.parametrize(
        "args",
        [
            {"playbacks": "text"},
            {"playbacks": {"0": {}}},
            {"playbacks": None},
            {"playbacks": [{}] * 501},
            {"playbacks": [], "more": 1},
            {"x" * 5000: []},
            [],
            [[], []],
            ["text"],
            [[{}] * 501],
        ],
    )
    async def test_arguments_of_another_form_are_refused_with_one_line(self, reports, ros, args):
        with pytest.raises(OperationError) as error:
            await reports.record(SERVICE, args)
        assert error.value.code is Code.BAD_MESSAGE and len(str(error.value)) < 200 and ros.asked == []


class TestPublishing:
    async def test_without_a_journal_a_report_is_published_at_once(self, make, ros):
        await make(has_journal=False).publish(TOPIC, report())
        assert ros.asked == [] and ros.published == [(TOPIC, "p1")]

    async def test_with_a_journal_what_is_published_is_durable_first(self, reports, ros):
        assert await reports.publish(TOPIC, report()) == ["campaign", "episode", "detail"]
        assert ros.asked == [(SERVICE, ["p1"])] and ros.published == [(TOPIC, "p1")]
        await reports.publish(TOPIC, report())
        assert len(ros.asked) == 2 and len(ros.published) == 1

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (OperationError("away", Code.UNAVAILABLE), Code.UNAVAILABLE),
            ({"success": True, "message": "", "refused": ["no"]}, Code.BAD_MESSAGE),
        ],
    )
    async def test_what_the_journal_has_not_is_not_published(self, reports, ros, answer, code):
        ros.answer = answer
        with pytest.raises(OperationError) as error:
            await reports.publish(TOPIC, report())
        assert error.value.code is code and ros.published == []

    @pytest.mark.parametrize("fields", [{"event": 9}, {"extra": 1}])
    @pytest.mark.parametrize("has_journal", [False, True])
    async def test_a_wrong_report_is_refused(self, make, ros, fields, has_journal):
        with pytest.raises(OperationError) as error:
            await make(has_journal).publish(TOPIC, report(**fields))
        assert error.value.code is Code.BAD_MESSAGE and ros.asked == ros.published == []
