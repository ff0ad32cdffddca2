"""Which topics are recorded, and which are played."""

import pytest
from signage_bags.bag_reader import Channel
from signage_bags.message_definitions import UnknownTypeError, installed_definition
from signage_bags.playing import Pace, choose_channels
from signage_bags.topics import TopicChoice, find_topics
from signage_common.errors import ConfigurationError
from signage_common.stamps import NS_PER_S

IMAGE = "sensor_msgs/msg/CompressedImage"
FACES = "signage_msgs/msg/FaceArray"


class TestRecorded:
    @pytest.mark.parametrize(
        ("topic", "type_name", "choices"),
        [
            ("/lobby/faces", FACES, "default images all all+images"),
            ("/lobby/playback", "signage_msgs/msg/AdPlayback", "default images all all+images"),
            ("/rosout", "rcl_interfaces/msg/Log", "default images all all+images"),
            ("/other/faces", FACES, "all all+images"),
            ("/lobby/image_raw/compressed", IMAGE, "images all+images"),
            ("/lobby/image_raw", "sensor_msgs/msg/Image", "all+images"),
            ("/cam/image_raw/compressed", IMAGE, "all+images"),
            ("/cam/film", "foxglove_msgs/msg/CompressedVideo", "all+images"),
            ("/lobby/faces", IMAGE, "images all+images"),  # whatever it is called
            ("/lobby/_hidden", FACES, ""),
        ],
    )
    def test_without_pictures_unless_they_are_asked_for(self, topic, type_name, choices):
        all_choices = {
            "default": TopicChoice("lobby"),
            "images": TopicChoice("lobby", has_images=True),
            "all": TopicChoice("lobby", is_everything=True),
            "all+images": TopicChoice("lobby", True, True),
        }
        assert {name for name, choice in all_choices.items() if choice.wants(topic, type_name)} == set(choices.split())


def channel(topic, type_name=FACES):
    return Channel(topic, type_name, [], "")


BAG = [channel("/d/ad"), channel("/d/faces"), channel("/cam/image", IMAGE), channel("/clock"), channel("/rosout")]


def choose(asked=(), others=None, bad=(), has_clock=False):
    def reason(each):
        return "not installed" if each.topic in bad else ""

    return choose_channels(BAG, asked, lambda topic: (others or {}).get(topic, ()), reason, has_clock)


class TestPlayed:
    def test_is_what_nobody_else_publishes(self):
        programme = choose(others={"/d/ad": ["ad_selector", "ad_selector"], "/rosout": ["a", "b"]})
        assert programme.topics == {"/d/faces", "/cam/image", "/clock"}
        assert programme.left_out == [
            "/d/ad is left out: ad_selector publishes it",
            "/rosout is left out: a, b publishes it",
        ]

    def test_is_what_is_asked_for_whoever_publishes_it(self):
        assert choose(["ad", "/d/faces"], others={"/d/ad": ["ad_selector"]}).topics == {"/d/ad", "/d/faces"}

    def test_is_not_what_is_not_installed_nor_the_players_own_clock(self):
        programme = choose(bad=["/cam/image"], has_clock=True)
        assert programme.topics == {"/d/ad", "/d/faces", "/rosout"} and len(programme.left_out) == 2

    @pytest.mark.fault
    def test_must_be_something(self):
        with pytest.raises(
            ConfigurationError, match="nothing of the bag can be played: /d/ad is left out: x publishes it;"
        ):
            choose(others={each.topic: ["x"] for each in BAG})
        with pytest.raises(ConfigurationError, match="topic /d/none: not in the bag, which has /cam/image, /clock"):
            choose(["/d/none"])

    def test_is_meant_by_the_last_parts_of_names(self):
        names = ["/a/faces", "/b/faces", "/a/surfaces", "/x/image/compressed"]
        assert find_topics(["faces"], names) == {"/a/faces", "/b/faces"}
        assert find_topics(["/a/faces", "image/compressed"], names) == {"/a/faces", "/x/image/compressed"}


@pytest.mark.parametrize("rate", [0.5, 1.0, 4.0, 1000.0])
def test_the_bags_time_goes_on_at_a_rate(rate):
    pace = Pace(1_795_334_399_123_456_789, 100.0, rate)
    assert pace.due_s(pace.begin_ns + 10 * NS_PER_S) == 100.0 + 10 / rate
    assert pace.bag_ns(100.0 + 1 / rate) == pace.begin_ns + NS_PER_S
    assert pace.due_s(pace.begin_ns - NS_PER_S) < 100.0  # a stamp that goes back is due at once


class TestDefinitions:
    def test_have_all_that_a_type_holds_and_its_hash(self):
        definition = installed_definition(FACES)
        parts = definition.text.split("\n" + "=" * 80 + "\n")
        assert [part.splitlines()[0] for part in parts[1:]] == [
            "MSG: builtin_interfaces/Time",
            "MSG: sensor_msgs/RegionOfInterest",
            "MSG: signage_msgs/Demographics",
            "MSG: signage_msgs/Face",
            "MSG: std_msgs/Header",
        ]
        assert definition.encoding == "ros2msg" and definition.type_hash.startswith("RIHS01_")

    @pytest.mark.fault
    @pytest.mark.parametrize(
        "name", ["no_msgs/msg/None", "std_msgs/msg/None", "", "x", "../msg/x", "std_msgs/msg/../x"]
    )
    def test_are_of_installed_types(self, name):
        with pytest.raises(UnknownTypeError, match="not installed"):
            installed_definition(name)
