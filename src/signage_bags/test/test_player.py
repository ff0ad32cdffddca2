"""The player in a graph: what was recorded comes again, to whoever listens, and nothing that others say themselves."""

import numpy as np
import pytest
from rclpy.qos import DurabilityPolicy, ReliabilityPolicy
from rclpy.serialization import serialize_message
from rosbags.rosbag2 import StoragePlugin, Writer
from rosgraph_msgs.msg import Clock
from signage_bags.bag_writer import BagWriter
from signage_bags.message_definitions import MessageDefinition, installed_definition
from signage_bags.ros_player import PlayerNode
from signage_bags.ros_qos import profile_to_play, profile_to_record
from signage_common.errors import SignageError
from signage_common.ros_testing import graph
from signage_common.ros_topics import AD_QOS, FACES_QOS, ns_to_stamp, stamp_to_ns
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdSelection, Face, FaceArray
from written_bags import START_NS, TOPIC, TYPE, qos

__all__ = ["graph"]
pytestmark = pytest.mark.graph
AD = "/deeplens1/ad"
STEP_NS = NS_PER_S // 30


class Lines(list):
    """Keeps what a player says."""

    def show(self, text):
        self.append(text)

    keep = show


def faces(number):
    message = FaceArray(image_width=1280, image_height=720)
    message.header.stamp = ns_to_stamp(START_NS + number * STEP_NS)
    return message


def ad(creative):
    return AdSelection(device="deeplens1", creative=creative)


@pytest.fixture
def made_bag(tmp_path):
    """A bag of three seconds of faces, with two decisions, and a topic of a type that is not installed."""

    def make(name="bag"):
        writer = BagWriter(tmp_path / name, {"device": "deeplens1"})
        writer.set_topic(TOPIC, TYPE, installed_definition(TYPE), [qos("reliable", history="keep_last", depth=100)])
        of_ad = "signage_msgs/msg/AdSelection"
        writer.set_topic(AD, of_ad, installed_definition(of_ad), [qos("reliable", "transient_local")])
        writer.set_topic("/foreign", "no_msgs/msg/None", MessageDefinition("ros2msg", "int8 x\n", ""), [])
        writer.set_topic("/no name", TYPE, installed_definition(TYPE), [])
        for number in range(90):
            log_ns = START_NS + number * STEP_NS
            writer.write(TOPIC, log_ns, log_ns, serialize_message(faces(number)))
            if number in (3, 60):
                writer.write(AD, log_ns, log_ns, serialize_message(ad(f"creative-{number}")))
        writer.write("/foreign", START_NS, START_NS, b"\0\1\0\0\1")
        writer.write("/no name", START_NS, START_NS, serialize_message(faces(0)))
        writer.close()
        return tmp_path / name

    return make


@pytest.fixture
def play(graph):
    """Play a bag in this process: ``play(bag, rate=4.0)`` returns the player, whose ``lines`` tell what it said."""
    players = []

    def begin(bag, **params):
        lines = Lines()
        player = graph.add(PlayerNode, lines, params={"bag": str(bag), "rate": 10.0, **params})
        player.lines = lines
        players.append(player)
        return player

    yield begin
    for player in players:
        graph.executor.remove_node(player)
        graph.nodes.remove(player)
        player.destroy_node()


class Listener:
    """Hears the topics of the bag."""

    def __init__(self, graph):
        node = graph.probe()
        self.faces, self.ads, self.clock, self.order = [], [], [], []
        node.create_subscription(FaceArray, TOPIC, self._hear_faces, 1000)  # a busy machine loses none
        node.create_subscription(AdSelection, AD, self.ads.append, AD_QOS)
        node.create_subscription(Clock, "/clock", self._hear_clock, 1000)

    def _hear_faces(self, message):
        self.faces.append(stamp_to_ns(message.header.stamp))

    def _hear_clock(self, message):
        self.clock.append(stamp_to_ns(message.clock))

    @property
    def numbers(self):
        return [(stamp - START_NS) // STEP_NS for stamp in self.faces]


def is_over(player):
    return player._is_over and not player._problem


def spin_to_end(graph, player):
    """Spin until all is played; what ends the node's context then is not wanted here."""
    graph.spin_until(lambda: player.lines and is_over(player), what="the end of the bag")


@pytest.fixture(autouse=True)
def context_stays(monkeypatch):
    """A player ends its context at the end, which is the whole test's here."""
    monkeypatch.setattr(PlayerNode, "_report", lambda self: None)


class TestABagIsPlayed:
    def test_as_it_was_heard(self, graph, play, made_bag):
        listener = Listener(graph)
        player = play(made_bag(), topics=["faces", "ad"])
        graph.spin_until(lambda: len(listener.faces) >= 90 and len(listener.ads) == 2, what="all messages")
        assert listener.numbers == list(range(90))
        assert [each.creative for each in listener.ads] == ["creative-3", "creative-60"]
        (info,) = graph.nodes[0].get_publishers_info_by_topic(AD)
        assert info.qos_profile.durability == DurabilityPolicy.TRANSIENT_LOCAL
        (info,) = graph.nodes[0].get_publishers_info_by_topic(TOPIC)
        assert info.qos_profile.reliability == ReliabilityPolicy.RELIABLE
        spin_to_end(graph, player)
        assert not listener.clock

    def test_to_who_listens_without_what_others_publish_and_what_is_not_installed(self, graph, play, made_bag):
        listener = Listener(graph)
        own = graph.probe().create_publisher(AdSelection, AD, AD_QOS)
        own.publish(ad("live"))
        player = play(made_bag())
        graph.spin_until(lambda: len(listener.faces) >= 90, what="all faces")
        spin_to_end(graph, player)
        assert [each.creative for each in listener.ads] == ["live"]
        assert f"{AD} is left out: probe1 publishes it" in player.lines
        assert any("/foreign is left out: no_msgs/msg/None" in line for line in player.lines)
        assert "/no name is left out: a topic can't have this name" in player.lines
        assert f"playing {TOPIC}" in player.lines

    def test_no_longer_where_another_node_begins_to_publish(self, graph, play, made_bag):
        listener = Listener(graph)
        player = play(made_bag(), rate=0.5)
        graph.spin_until(lambda: listener.ads and listener.faces, what="the first decision")
        own = graph.probe().create_publisher(AdSelection, AD, AD_QOS)
        graph.spin_until(lambda: player._others_of(AD), what="the other publisher")
        player._leave_to_others()
        assert any(line.startswith(f"{AD} is played no longer: probe") for line in player.lines)
        before = len(listener.faces)
        graph.spin_until(lambda: len(listener.faces) > before + 5, what="more faces")
        assert own.get_subscription_count()

    def test_with_its_own_time(self, graph, play, made_bag):
        listener = Listener(graph)
        play(made_bag(), topics=["faces"], clock=True, rate=4.0)
        graph.spin_until(
            lambda: listener.clock and listener.clock[-1] > START_NS + 4 * NS_PER_S, what="the time after it"
        )
        assert listener.clock == sorted(listener.clock) and listener.clock[0] == START_NS
        assert listener.numbers == list(range(90))

    def test_again_and_again(self, graph, play, made_bag):
        listener = Listener(graph)
        play(made_bag(), topics=["faces"], loop=True, rate=100.0, start_offset=1.0)
        graph.spin_until(lambda: listener.numbers.count(89) >= 3, what="the third end")
        assert set(listener.numbers) <= set(range(30, 90))

    @pytest.mark.parametrize("storage", [StoragePlugin.SQLITE3, StoragePlugin.MCAP])
    def test_of_another_recorder(self, graph, play, tmp_path, storage):
        definition = installed_definition(TYPE)
        with Writer(tmp_path / "other", version=9, storage_plugin=storage) as writer:
            hashed = {"msgdef": definition.text, "rihs01": definition.type_hash}
            connection = writer.add_connection(TOPIC, TYPE, **hashed)
            for number, log in enumerate((0, 2, 1, 3)):  # by when it was heard, whatever the stamps say
                writer.write(connection, START_NS + log * STEP_NS, serialize_message(faces(number)))
        listener = Listener(graph)
        play(tmp_path / "other")
        graph.spin_until(lambda: len(listener.faces) == 4, what="all messages")
        assert listener.numbers == [0, 2, 1, 3]

    def test_of_another_version_of_the_messages(self, graph, play, tmp_path):
        heard = []
        graph.probe().create_subscription(FaceArray, TOPIC, heard.append, FACES_QOS)
        whole = installed_definition(TYPE)
        lines = [line for line in whole.text.splitlines() if "still_s" not in line]
        with Writer(tmp_path / "old", version=9, storage_plugin=StoragePlugin.MCAP) as writer:
            store = typestore_of("\n".join(lines))
            connection = writer.add_connection(TOPIC, TYPE, typestore=store)
            writer.write(connection, START_NS, old_message(store))
        player = play(tmp_path / "old")
        graph.spin_until(lambda: heard, what="the message")
        (face,) = heard[0].faces
        assert (face.track_id, face.box.width, heard[0].header.frame_id) == (7, 120, "camera")
        assert face.still_s == Face().still_s and player


def typestore_of(definition):
    from rosbags.typesys import Stores, get_types_from_msg, get_typestore

    store = get_typestore(Stores.EMPTY)
    store.register(get_types_from_msg(definition, TYPE))
    return store


def old_message(store):
    """A message of a version whose faces tell nothing of standing still."""

    def make(name, **values):
        made = store.types[name]
        defaults = {}
        for field, (kind, detail) in store.fielddefs[name][1]:
            if kind.name == "BASE":
                defaults[field] = "" if detail[0] == "string" else 0
            elif kind.name == "ARRAY":
                defaults[field] = np.zeros(detail[1], detail[0][1][0])
            elif kind.name == "NAME":
                defaults[field] = make(detail)
            else:
                defaults[field] = []
        return made(**{**defaults, **values})

    box = make("sensor_msgs/msg/RegionOfInterest", width=120)
    face = make("signage_msgs/msg/Face", track_id=7, box=box)
    assert not hasattr(face, "still_s")
    message = make(TYPE, header=make("std_msgs/msg/Header", frame_id="camera"), faces=[face])
    return store.serialize_cdr(message, TYPE)


@pytest.mark.fault
class TestWhatCanNotBePlayed:
    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"bag": ""}, "parameter bag: expected the folder of a bag, or its file"),
            ({"bag": "/no/bag"}, "/no/bag: no such file or folder"),
            ({"topics": ["none"]}, "topic none: not in the bag"),
            ({"topics": ["foreign"]}, "nothing of the bag can be played: /foreign is left out"),
            ({"start_offset": 4.0}, "parameter start_offset: the bag is 3.0 s long"),
            ({"rate": 0.0}, "rate"),
        ],
    )
    def test_is_told_at_once(self, graph, made_bag, params, message):
        values = {"bag": str(made_bag()), **params}
        with pytest.raises(SignageError, match=message):
            graph.add(PlayerNode, params=values)

    def test_is_a_topic_that_others_publish_too_if_there_is_no_other(self, graph, play, made_bag):
        Listener(graph)
        probe = graph.probe()
        others = [probe.create_publisher(FaceArray, TOPIC, 1), probe.create_publisher(AdSelection, AD, AD_QOS)]
        player = play(made_bag(), wait_s=0.0)
        graph.spin_until(lambda: player._problem, what="the reason")
        assert "nothing of the bag can be played" in str(player._problem) and others


@pytest.mark.fault
def test_a_second_player_leaves_to_the_first_what_it_plays(graph, play, made_bag):
    listener = Listener(graph)
    play(made_bag(), rate=0.01, topics=["faces"])
    graph.spin_until(lambda: listener.faces, what="the first player's faces")
    second = play(made_bag("other"))
    graph.spin_until(lambda: len(listener.ads) == 2, what="what only the second plays")
    assert f"{TOPIC} is left out: player publishes it" in second.lines
    assert len(listener.faces) < 90


def test_what_is_asked_of_publishers_and_offered_for_them():
    both = [qos("reliable", "transient_local"), qos()]
    assert profile_to_record(both[:1]).reliability == ReliabilityPolicy.RELIABLE
    assert profile_to_record(both[:1]).durability == DurabilityPolicy.TRANSIENT_LOCAL
    assert profile_to_record(both).reliability == ReliabilityPolicy.BEST_EFFORT
    assert profile_to_record(both).durability == DurabilityPolicy.VOLATILE
    assert profile_to_play(both).reliability == ReliabilityPolicy.RELIABLE
    assert profile_to_play(both).durability == DurabilityPolicy.TRANSIENT_LOCAL
    assert profile_to_play(both[1:]).reliability == ReliabilityPolicy.BEST_EFFORT
    assert profile_to_play([]).reliability == ReliabilityPolicy.RELIABLE
    assert profile_to_play([qos(history="keep_last", depth=7)]).depth == 7
    assert profile_to_play([qos(deadline={"sec": 1, "nsec": 5})]).deadline.nanoseconds == NS_PER_S + 5
