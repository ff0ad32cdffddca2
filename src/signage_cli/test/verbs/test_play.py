"""``./signage play``: a bag in a running system, and a sign that shows one again."""

import argparse
import json
import signal
import sys
from pathlib import Path

import pytest
import yaml
from rclpy.serialization import serialize_message
from signage_bags.bag_writer import BagWriter
from signage_bags.message_definitions import installed_definition
from signage_cli.verbs import play
from signage_common.errors import ConfigurationError
from signage_common.process_testing import ProgramUnderTest, free_ports
from signage_common.ros_topics import AD_QOS, ns_to_stamp, stamp_to_ns
from signage_common.sockets import is_listening
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdSelection, Demographics, Face, FaceArray

TYPE = "signage_msgs/msg/FaceArray"
START_NS = 1_795_334_399 * NS_PER_S


def face():
    known = Demographics(gender=Demographics.GENDER_MALE, gender_confidence=0.99, age_years=25.0, decade=3)
    seen = Face(track_id=1, state=Face.STATE_DETECTED, confidence=0.9, fused=known)
    seen.box.width = seen.box.height = 120
    return seen


@pytest.fixture
def made_bag(tmp_path):
    """A bag of somebody who comes and goes, in front of one device or several."""

    def make(*devices, noted="", name="bag", frames=90, selector=None):
        texts = {"device": noted, "ad_selector": json.dumps(selector) if selector else ""}
        writer = BagWriter(tmp_path / name, {what: text for what, text in texts.items() if text})
        for device in devices:
            writer.set_topic(f"/{device}/faces", TYPE, installed_definition(TYPE), [])
        for number in range(frames):
            for device in devices:
                time_ns = START_NS + number * NS_PER_S // 15
                message = FaceArray(image_width=1280, image_height=720)
                message.header.stamp = ns_to_stamp(time_ns)
                message.faces = [face()] if 10 <= number < 55 else []
                writer.write(f"/{device}/faces", time_ns, time_ns, serialize_message(message))
        writer.close()
        return tmp_path / name

    return make


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "which bag?; `./signage play --help` says more"),
        (["--topics", "faces", "bag"], "which bag? What follows --topics are topics"),
        (["bag", "--sign", "bag:=other"], "the bag is bag already"),
        (["bag", "--rate", "0"], "argument --rate: expected a number from 0.01 to 1000, got '0'"),
        (["bag", "--start-offset", "-1"], "argument --start-offset: expected a number of seconds from 0 on, at most 3"),
        (["bag", "--start-offset", "1e9"], "argument --start-offset: expected a number of seconds from 0 on, at most"),
        (["bag", "http_port:=1"], "http_port:=1: launch arguments need --sign"),
        (["bag", "--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, message, capsys):
    with pytest.raises(SystemExit) as end:
        play.main(words)
    assert end.value.code == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"error: {message}") and err.count("\n") == 1 and out == ""


def test_topics_and_launch_arguments_stand_in_any_order():
    words = ["bag", "--sign", "--topics", "faces", "http_port:=1", "--topics", "ad", "presence", "--rate", "2"]
    options = play.parse(words)
    assert (options.topics, options.arguments, options.rate) == (["faces", "ad", "presence"], ["http_port:=1"], 2.0)


class TestTheSignOfABag:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path

    def arguments(self, bag, *words, **options):
        given = {
            "bag": str(bag),
            "arguments": list(words),
            "rate": 2.0,
            "loop": True,
            "topics": [],
            "start_offset": 1.5,
        }
        return play.replay_arguments(argparse.Namespace(**{**given, **options}), self.folder)

    def test_is_of_the_device_that_was_recorded(self, made_bag):
        assert self.arguments(made_bag("lobby"))["device"] == "lobby"
        assert self.arguments(made_bag("a", "b", noted="b", name="noted"))["device"] == "b"
        assert self.arguments(made_bag("a", "b", name="two"), "device:=a")["device"] == "a"

    def test_is_played_as_it_was_asked_for(self, made_bag):
        bag = made_bag("lobby")
        given = self.arguments(bag, "http_port:=0", topics=["faces", "/x"])
        assert given == {
            "bag": str(bag), "rate": "2.0", "loop": "true", "start_offset": "1.5", "topics": "[faces, /x]",
            "device": "lobby", "http_port": "0",
        }  # fmt: skip

    def test_has_the_recorded_catalogue_as_long_as_it_is_there(self, made_bag, tmp_path):
        ads = tmp_path / "ads.yaml"
        bag = made_bag("lobby", selector={"catalog": str(ads)})
        assert "catalog" not in self.arguments(bag)
        ads.touch()
        assert self.arguments(bag)["catalog"] == str(ads)
        assert self.arguments(bag, "catalog:=other.yaml")["catalog"] == "other.yaml"

    def test_chooses_by_the_recorded_parameters_unless_others_are_given(self, made_bag):
        recorded = {"settle_s": 0.5, "policy": "majority", "child_below_years": 12.0, "journal": True, "newer": 3}
        bag = made_bag("lobby", selector=recorded)
        given = self.arguments(bag, "child_below_years:=14.0")
        params = yaml.safe_load(Path(given["params_file"]).read_text())
        assert params == {"/**/ad_selector": {"ros__parameters": {"settle_s": 0.5, "policy": "majority"}}}
        assert given["child_below_years"] == "14.0"
        assert self.arguments(bag, "params_file:=own.yaml")["params_file"] == "own.yaml"

    @pytest.mark.fault
    def test_has_no_parameter_that_can_not_be(self, made_bag):
        with pytest.raises(ConfigurationError, match="recorded parameter settle_s: expected a float in its range"):
            self.arguments(made_bag("lobby", selector={"settle_s": -1.0}))

    @pytest.mark.fault
    def test_must_be_told_whose_it_is(self, made_bag, tmp_path):
        with pytest.raises(ConfigurationError, match="holds faces of a, b; choose one with device:=NAME"):
            self.arguments(made_bag("a", "b"))
        writer = BagWriter(tmp_path / "none", {})
        writer.set_topic("/x", TYPE, installed_definition(TYPE), [])
        writer.write("/x", 1, 1, serialize_message(FaceArray()))
        writer.close()
        with pytest.raises(ConfigurationError, match="the bag holds no faces"):
            self.arguments(tmp_path / "none")


@pytest.fixture
def start(graph):
    """Start the verb."""
    programs = []

    def start(*words):
        command = [sys.executable, "-m", "signage_cli.verbs.play", *words]
        programs.append(ProgramUnderTest(command, graph.env))
        return programs[-1]

    yield start
    for program in programs:
        program.close()


@pytest.mark.graph
class TestPlaying:
    def test_ends_with_the_bag(self, graph, start, made_bag):
        heard = []
        graph.probe("lobby").create_subscription(FaceArray, "faces", heard.append, 1000)
        program = start(made_bag("lobby"), "--rate", "8")
        graph.spin_until(lambda: len(heard) == 90, what="all faces")
        graph.spin_until(lambda: program.process.poll() is not None, what="its end")
        assert program.wait() == 0 and "playing /lobby/faces" in program.error_lines

    def test_ends_with_a_signal(self, graph, start, made_bag):
        heard = []
        graph.probe("lobby").create_subscription(FaceArray, "faces", heard.append, 1000)
        program = start(made_bag("lobby"), "--loop", "--clock")
        graph.spin_until(lambda: len(heard) > 10, what="faces")
        assert program.end(signal.SIGINT) == 0

    @pytest.mark.fault
    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["/no/bag"], "error: /no/bag: no such file or folder"),
            (["/no/bag", "--sign"], "error: /no/bag: no such file or folder"),
            (["{bag}", "--topics", "ad"], "error: topic ad: not in the bag, which has /lobby/faces"),
            (["{bag}", "--start-offset", "9"], "error: parameter start_offset: the bag is 5.9 s long"),
            (["{bag}", "--sign", "--topics", "ad"], "error: topic ad: not in the bag, which has /lobby/faces"),
            (["{bag}", "--sign", "--start-offset", "9"], "error: parameter start_offset: the bag is 5.9 s long"),
            (["{bag}", "--sign", "rate:=0"], "error: launch argument rate: expected 0.01 to 1000, got 0"),
        ],
    )
    def test_what_can_not_be_played_is_one_line_and_status_2(self, start, made_bag, words, message):
        bag = made_bag("lobby")
        program = start(*[word.format(bag=bag) for word in words])
        assert program.wait() == 2
        assert program.errors.startswith(message) and len(program.error_lines) == 1 and program.lines == []


@pytest.mark.graph
@pytest.mark.replay
def test_a_sign_shows_a_recording_again_at_its_own_time_and_ends_with_it(graph, start, made_bag):
    http_port, rosbridge_port = free_ports(2)
    ads = []
    graph.probe("lobby").create_subscription(AdSelection, "ad", ads.append, AD_QOS)
    ports = (f"http_port:={http_port}", f"rosbridge_port:={rosbridge_port}")
    program = start(made_bag("lobby", selector={"appear_s": 2.0}), "--sign", "--rate", "4", *ports)
    graph.spin_until(lambda: is_listening(http_port) or program.process.poll() is not None, what="the page")
    graph.spin_until(lambda: any(ad.episode for ad in ads) and ads[-1].fallback, what="an episode and its end")
    targeted = next(ad for ad in ads if ad.episode)
    assert targeted.episode.startswith("lobby-20261122T0") and targeted.estimation == "20m"
    assert targeted.decided.sec - START_NS // NS_PER_S < 60  # by the bag's clock
    assert stamp_to_ns(targeted.captured) - stamp_to_ns(targeted.arrived) >= 2 * NS_PER_S  # as it was recorded
    graph.spin_until(lambda: program.process.poll() is not None, what="its end")
    assert program.wait() == 0
    assert any(f"http://127.0.0.1:{http_port}/?device=lobby" in line for line in program.lines)
