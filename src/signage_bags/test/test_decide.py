"""A recording is decided as it was live, by its own parameters and catalogue; the same to the byte every time."""

import shutil

import pytest
from ad_selector.params import AdSelectorParams
from definitions_before import old_definition
from signage_bags.bag_reader import BagError, Channel
from signage_bags.comparison import BEGUN, ENDED, REASON_ONLY, UNEXPLAINED, Circumstances, compare
from signage_bags.decide import decide_bag
from signage_bags.decision_files import decisions_text
from signage_bags.recorded_run import recorded_outcome
from signage_bags.recorded_types import RecordedType
from signage_bags.ros_bag_testing import (
    FACES,
    PARAMETERS,
    PRESENCE,
    SELECTION,
    STEP_NS,
    face,
    image,
    live_messages,
    parameter_event,
    stamp,
    write_bag,
)
from signage_catalogue import load_catalogue
from signage_common.errors import ConfigurationError
from signage_common.stamps import NS_PER_S

BEGAN_NS = 1_795_334_399_123_456_789
WOMAN, MAN, ELDER = {"gender": 1, "age": 25.0}, {"gender": 2, "age": 33.0}, {"gender": 2, "age": 70.0}
VISITS = [*[None] * 5, *[WOMAN] * 30, *[None] * 20, *[MAN] * 25, *[None] * 20, *[ELDER] * 20, *[None] * 15]


def images(visits=VISITS, began_ns=BEGAN_NS):
    return [
        (began_ns + index * STEP_NS, [] if who is None else [face(track=1, **who)]) for index, who in enumerate(visits)
    ]


@pytest.fixture
def catalogue(ads):
    return load_catalogue(ads)


@pytest.fixture
def live(tmp_path, catalogue):
    """Make the bag of a live run: ``live(images(), changes=...)``; ``keep`` says which messages are in it."""

    def make(shown=None, keep=lambda index, message: True, custom_data=None, **arguments):
        messages = list(live_messages(shown or images(), catalogue, **arguments))
        kept = [message for index, message in enumerate(messages) if keep(index, message)]
        shutil.rmtree(tmp_path / "live", ignore_errors=True)
        return write_bag(tmp_path / "live", kept, custom_data)

    return make


def differences(bag, ads, **others):
    decided = decide_bag(bag, ads)
    values = {"catalogue": decided.catalogue.digest, "message_difference": decided.difference, **others}
    return compare(decided.recorded, decided.decided, Circumstances(decided.timeline, **values))


def causes(found):
    return sorted({each.cause for each in found})


class TestAsLive:
    def test_decisions_and_episodes_are_those_of_the_live_run(self, live, ads):
        bag = live()
        decided = decide_bag(bag, ads)
        assert [each.campaign for each in decided.decisions] == ["evening-scent", "new-sound", "fine-time"]
        assert len(decided.episodes) == 3 and decided.images == len(VISITS)
        assert decided.recorded.decisions == decided.decisions
        assert decided.recorded.events == decided.decided.events
        assert differences(bag, ads) == []

    def test_it_is_the_same_to_the_byte_every_time(self, live, ads, tmp_path):
        bag = live()
        (tmp_path / "elsewhere").mkdir()
        moved = shutil.copytree(bag, tmp_path / "elsewhere" / "other name")
        texts = {decisions_text(decide_bag(each, ads).decisions, ()) for each in (bag, bag, moved)}
        assert len(texts) == 1

    def test_parameters_that_the_recorder_noted_count(self, live, ads):
        params = AdSelectorParams(appear_s=1.0, on_stay="next")
        bag = live(
            params=params, custom_data={"ad_selector": '{"appear_s": 1.0, "on_stay": "next", "use_sim_time": false}'}
        )
        assert differences(bag, ads) == []
        assert "recorded parameters" in decide_bag(bag, ads).origin

    def test_parameters_change_when_they_did(self, live, ads):
        bag = live(changes=[(50, "appear_s", 1.5), (95, "policy", "majority"), (96, "appear_s", 0.2)])
        assert differences(bag, ads) == []
        decided = decide_bag(bag, ads)
        waited_s = [(each.stamp_ns - each.arrived_ns) / NS_PER_S for each in decided.decisions]
        assert waited_s == [pytest.approx(0.3, abs=0.01), pytest.approx(1.5, abs=0.01), pytest.approx(0.2, abs=0.01)]

    def test_a_selector_that_was_started_again_begins_anew(self, tmp_path, ads):
        shown = [image(stamp_ns, *faces) for stamp_ns, faces in images([WOMAN] * 40)]
        declared = (shown[20][0], "/parameter_events", PARAMETERS, parameter_event("deeplens1", "catalog", "", True))
        decided = decide_bag(write_bag(tmp_path / "bag", [*shown[:20], declared, *shown[20:]]), ads)
        assert [each.stamp_ns for each in decided.decisions] == [BEGAN_NS + 3 * STEP_NS, BEGAN_NS + 23 * STEP_NS]

    def test_stamps_that_go_back_end_the_episode_as_live(self, live, ads):
        shown = [*images([*[None] * 2, *[WOMAN] * 20]), *images([*[None] * 2, *[MAN] * 20], BEGAN_NS - 60 * NS_PER_S)]
        bag = live(shown)
        decided = decide_bag(bag, ads)
        assert [each.estimation for each in decided.decisions] == ["20f", "30m"]
        assert "stamps go back in this recording; each time that ends the episode" in decided.notes
        assert not [each for each in differences(bag, ads) if not each.is_edge]

    @pytest.mark.fault
    def test_messages_that_can_not_be_are_dropped_and_counted(self, tmp_path, ads):
        shown = [image(stamp_ns, *faces) for stamp_ns, faces in images()]
        bad = [(*each[:3], {**each[3], "faces": [face(state=9)]}) for each in shown[:2]]
        decided = decide_bag(write_bag(tmp_path / "bag", [*shown[:8], *bad, *shown[8:]]), ads)
        assert len(decided.decisions) == 3
        assert "2 messages that can't be read were dropped" in decided.notes


class TestCatalogue:
    def test_the_recorded_one_is_taken_if_it_is_still_there(self, live, ads):
        bag = live(custom_data={"ad_selector": f'{{"catalog": "{ads}"}}'})
        assert decide_bag(bag).origin == f"recorded catalogue {ads}, recorded parameters"

    def test_the_one_of_the_set_up_where_it_is_gone(self, live, ads, tmp_path, monkeypatch):
        monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path / "home"))
        shutil.copytree(ads.parent, tmp_path / "home" / "media", ignore=shutil.ignore_patterns("home", "live"))
        gone = tmp_path / "gone.yaml"
        decided = decide_bag(live(custom_data={"ad_selector": f'{{"catalog": "{gone}"}}'}))
        assert decided.origin.startswith(
            f"default catalogue {tmp_path}/home/media/ads.yaml, since the recorded {gone} is not"
        )
        assert len(decided.decisions) == 3

    def test_none_at_all_is_told(self, live, tmp_path, monkeypatch):
        monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path / "home"))
        with pytest.raises(ConfigurationError, match=r"`./signage setup` makes it"):
            decide_bag(live())


class TestDevices:
    def two(self, tmp_path):
        shown = [
            image(stamp_ns, *faces, device=name) for stamp_ns, faces in images() for name in ("north", "site/south")
        ]
        return write_bag(tmp_path / "two", shown)

    def test_each_is_decided_by_itself(self, tmp_path, ads):
        bag = self.two(tmp_path)
        for name in ("north", "site/south"):
            decided = decide_bag(bag, ads, device=name)
            assert len(decided.decisions) == 3 and all(
                each.episode.startswith(f"{name}-") for each in decided.decisions
            )

    def test_topics_without_a_namespace_are_of_the_default_device(self, tmp_path, ads):
        shown = [(log_ns, "/faces", *rest) for log_ns, _, *rest in (image(*each[:1], *each[1]) for each in images())]
        event = (shown[50][0], "/parameter_events", PARAMETERS, parameter_event("x", "appear_s", 1.0))
        event[3]["node"] = "/ad_selector"
        decided = decide_bag(write_bag(tmp_path / "bag", [*shown[:50], event, *shown[50:]]), ads)
        assert decided.device == "deeplens1" and len(decided.decisions) == 3
        assert decided.timeline.changes == [(images()[49][0], "appear_s from 0.3 to 1.0")]

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("", "several devices in the bag, name one: north, site/south"),
            ("east", "device east is not in the bag: north, site/south"),
        ],
    )
    def test_which_one_must_be_clear(self, name, expected, tmp_path, ads):
        with pytest.raises(BagError, match=expected):
            decide_bag(self.two(tmp_path), ads, device=name)


class TestCauses:
    """Differences between the live run and its recording do not cry wolf."""

    def test_a_recording_that_begins_within_an_episode(self, live, ads):
        bag = live(keep=lambda index, message: message[0] > BEGAN_NS + 2 * NS_PER_S)
        found = differences(bag, ads)
        assert causes(found) == [BEGUN]
        assert {each.what for each in found} == {"decision", "presence"}

    def test_an_episode_that_begins_with_the_recording_is_compared(self, live, ads):
        """Its live run began with the same image, so nothing excuses a difference."""
        bag = live(images([WOMAN] * 20))
        decided = decide_bag(bag, ads)
        (decision,) = decided.decisions
        before = type(decided.decided)([type(decision)(**{**vars(decision), "creative": "tea"})], None)
        found = compare(before, decided.decided, Circumstances(decided.timeline, decided.catalogue.digest))
        assert causes(found) == [UNEXPLAINED]

    def test_a_recording_that_ends_within_an_episode(self, live, ads):
        bag = live(keep=lambda index, message: message[0] < BEGAN_NS + 12.2 * NS_PER_S)
        assert causes(differences(bag, ads)) == [ENDED]

    def test_a_recorder_that_finds_presence_later_than_faces(self, live, ads):
        bag = live(
            keep=lambda index, message: not (message[1].endswith("presence") and message[0] < BEGAN_NS + NS_PER_S)
        )
        assert causes(differences(bag, ads)) == [BEGUN]

    def test_images_that_are_missing_in_the_recording(self, live, ads):
        lost = range(58, 61)  # of the second visit's begin
        kept = {BEGAN_NS + index * STEP_NS for index in range(len(VISITS)) if index not in lost}
        stamps = {stamp_ns: stamp(stamp_ns) for stamp_ns, _ in images()}
        wanted = [value for stamp_ns, value in stamps.items() if stamp_ns in kept]
        bag = live(keep=lambda index, message: message[2] != FACES or message[3]["header"]["stamp"] in wanted)
        found = causes(differences(bag, ads))
        assert found and all(
            cause.startswith("images are missing in the recording: 0.40 s") or "image that" in cause for cause in found
        )

    def test_another_catalogue(self, live, ads, tmp_path):
        bag = live()
        ads.write_text(ads.read_text().replace("creatives: [headphones]", "creatives: [watch]"))
        found = [each for each in differences(bag, ads) if each.what == "decision"]
        assert causes(found) == ["another catalogue"]
        assert [(each.before["creative"], each.after["creative"]) for each in found if "creative" in each.before] == [
            ("headphones", "watch")
        ]

    def test_a_parameter_that_changed_about_then(self, live, ads):
        """The node may have taken it up an image earlier or later than the recorder tells."""
        bag = live(changes=[(58, "appear_s", 1.0)], keep=lambda index, message: True)
        late = [
            (BEGAN_NS + 6.25 * NS_PER_S if "events" in message[1] else message[0], *message[1:])
            for message in self.messages(live, ads)
        ]
        shutil.rmtree(bag)
        write_bag(bag, sorted(((int(log_ns), *rest) for log_ns, *rest in late), key=lambda each: each[0]))
        found = causes(differences(bag, ads))
        assert found == ["a parameter changed: appear_s from 0.3 to 1.0"]

    def messages(self, live, ads):
        return list(live_messages(images(), load_catalogue(ads), changes=[(58, "appear_s", 1.0)]))

    def test_plays_before_the_recording_that_count_in_a_cap(self, live, ads):
        ads.write_text(ads.read_text().replace("plays_per_hour: 3", "plays_per_hour: 1"))
        visits = [*[None] * 5, *([*[ELDER] * 10, *[None] * 15] * 3)]
        messages = list(live_messages(images(visits), load_catalogue(ads)))
        bag = write_bag(ads.parent / "later", [each for each in messages if each[0] > BEGAN_NS + 2.2 * NS_PER_S])
        found = differences(bag, ads)
        assert causes([each for each in found if not each.is_edge]) == [
            "plays before the recording count in a cap, too"
        ]

    def test_other_words_of_the_same_reason(self, live, ads):
        decided = decide_bag(live(), ads)
        first, *rest = decided.decisions
        before = type(decided.decided)([type(first)(**{**vars(first), "reason": "in other words"}), *rest], None)
        found = compare(before, decided.decided, Circumstances(decided.timeline, decided.catalogue.digest))
        assert [each.cause for each in found] == [REASON_ONLY]

    def test_what_nothing_explains(self, live, ads):
        decided = decide_bag(live(), ads)
        first, second, third = decided.decisions
        before = type(decided.decided)([first, type(first)(**{**vars(second), "creative": "tea"}), third], None)
        found = compare(before, decided.decided, Circumstances(decided.timeline, decided.catalogue.digest))
        before, after = ({"campaign": "new-sound", "creative": name} for name in ("tea", "headphones"))
        assert [(each.cause, each.before, each.after) for each in found] == [(UNEXPLAINED, before, after)]


def as_before(message):
    """Return a message of a live run with the fields that the version before had."""
    log_ns, name, type_name, values = message
    if not isinstance(values, bytes):
        return message
    read = RecordedType(Channel(name, type_name, (), "")).read(values)
    before = RecordedType(Channel(name, type_name, (), old_definition(type_name).text)).fields[type_name]
    return log_ns, name, type_name, {field: plain(getattr(read, field)) for field, _ in before}


def plain(value):
    return {"sec": value.sec, "nanosec": value.nanosec} if hasattr(value, "nanosec") else value


@pytest.mark.fault
def test_a_live_run_of_the_version_before_is_compared_by_what_both_know(tmp_path, catalogue, ads):
    messages = [as_before(message) for message in live_messages(images(), catalogue)]
    definitions = {name: old_definition(name) for name in (FACES, PRESENCE, SELECTION)}
    bag = write_bag(tmp_path / "old", messages, definitions=definitions)
    decided = decide_bag(bag, ads)
    assert len(decided.decisions) == 3
    assert differences(bag, ads) == []
    told = "messages of another version, read by the names of their fields: "
    assert f"{told}Face without still_s" in decided.notes and f"{told}AdSelection without catalogue" in decided.notes
    ads.write_text(ads.read_text().replace("creatives: [headphones]", "creatives: [watch]"))
    cause = f"recorded with another version of the messages: {decided.difference}"
    assert causes(differences(bag, ads)) == [cause]


@pytest.mark.fault
@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            [(1, "/chatter", "std_msgs/msg/String", {"data": "hello"})],
            r"expected a topic `faces` .* got /chatter \(std_msgs/msg/String\)",
        ),
        (
            [(1, "/deeplens1/faces", "std_msgs/msg/String", {"data": "hello"})],
            r"got /deeplens1/faces \(std_msgs/msg/String\)",
        ),
        (
            [(1, "/deeplens1/faces", FACES, b"\0\1\0\0")],
            "the bag holds no faces of deeplens1, only 1 that can't be read",
        ),
    ],
)
def test_a_bag_of_other_types_is_told(messages, expected, tmp_path, ads):
    with pytest.raises(BagError, match=expected):
        decide_bag(write_bag(tmp_path / "other", messages), ads)


@pytest.mark.fault
@pytest.mark.parametrize(
    "values", ['{"appear_s": -1}', '{"policy": "loudest"}', '{"appear_s": "soon"}', '{"vanish_s": true}']
)
def test_a_recorded_parameter_that_can_not_be_is_told(values, tmp_path, ads):
    bag = write_bag(tmp_path / "bag", [image(*images()[0][:1])], {"ad_selector": values})
    with pytest.raises(ConfigurationError, match=r"^(recorded )?parameter (appear_s|policy|vanish_s): expected "):
        decide_bag(bag, ads)


@pytest.mark.fault
def test_damaged_ads_are_dropped(live, ads, tmp_path, catalogue):
    damaged = [
        (*each[:3], each[3][:9]) if each[1].endswith("/ad") else each for each in live_messages(images(), catalogue)
    ]
    bag = write_bag(tmp_path / "damaged", damaged)
    assert recorded_outcome(bag).decisions == []
    assert "7 messages that can't be read were dropped" in decide_bag(bag, ads).notes


@pytest.mark.fault
def test_a_bag_without_ads_is_nothing_to_compare_with(tmp_path):
    bag = write_bag(tmp_path / "bag", [image(stamp_ns, *faces) for stamp_ns, faces in images()])
    with pytest.raises(BagError, match="expected a recording with `ad`, to compare with"):
        recorded_outcome(bag)
