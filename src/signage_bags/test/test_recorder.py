"""The recorder in a graph: every message, of publishers that come and go, and whatever ends it."""

import json
import signal
import sys

import pytest
import yaml
from ad_selector.node import AdSelectorNode
from diagnostic_msgs.msg import DiagnosticArray
from rcl_interfaces.msg import Log, Parameter, ParameterEvent, ParameterValue
from rclpy.event_handler import PublisherEventCallbacks
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import CompressedImage
from signage_bags.bag_reader import open_bag
from signage_bags.ros_recorder import RecorderNode
from signage_common.errors import SignageError
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_testing import graph
from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, ns_to_stamp
from signage_msgs.msg import AdSelection, FaceArray

__all__ = ["graph"]
pytestmark = pytest.mark.graph
FACES = "/deeplens1/faces"
RELIABLE = QoSProfile(depth=1000, reliability=ReliabilityPolicy.RELIABLE)
"""For what is recorded by another process: a busy machine may lose what is not."""
RECORDER = "import signage_bags.ros_recorder as node; node.main()"


class Lines(list):
    """Keeps what a recorder says."""

    def show(self, text):
        self.append(text)

    keep = show


@pytest.fixture
def record(graph, tmp_path):
    """Record in this process: ``record(images=True)``; what it says is in ``record.lines``."""

    def begin(device="deeplens1", **params):
        params = {"output": str(tmp_path / "bag"), "min_free_mb": 0, **params}
        begin.lines = Lines()
        return graph.add(RecorderNode, begin.lines, namespace=device, params=params)

    return begin


def read(folder):
    """What a bag holds, by topic."""
    found = {}
    with open_bag(folder) as bag:
        for each in bag.messages():
            found.setdefault(each.channel.topic, []).append(each)
    return found


def finish(graph, node):
    graph.executor.remove_node(node)
    graph.nodes.remove(node)
    node.destroy_node()


class Publisher:
    """Publishes numbered faces at 30 Hz, by a timer of its own."""

    def __init__(self, graph, qos=FACES_QOS, topic=FACES):
        self.count = 0
        self.node = graph.probe()
        quiet = PublisherEventCallbacks(use_default_callbacks=False)  # who asks for too much is told nothing, yet
        self.publisher = self.node.create_publisher(FaceArray, topic, qos, event_callbacks=quiet)

    def publish(self):
        message = FaceArray()
        message.header.stamp = ns_to_stamp(self.count)
        self.publisher.publish(message)
        self.count += 1

    def start(self):
        self.node.create_timer(1 / 30, self.publish)

    def has_listener(self):
        return self.publisher.get_subscription_count()


def stamps(messages):
    return [deserialize_message(each.data, FaceArray).header.stamp.nanosec for each in messages]


def test_every_message_is_recorded_as_it_was_with_the_time_when_it_came(graph, record):
    recorder = record()
    faces = Publisher(graph)
    graph.spin_until(faces.has_listener, what="the recorder's subscription")
    faces.start()
    graph.spin_until(lambda: faces.count > 90 and recorder.recording.message_count > 90, what="90 messages")
    finish(graph, recorder)
    messages = read(recorder.folder)[FACES]
    heard = stamps(messages)
    assert heard == list(range(len(heard))) and len(heard) > 60
    times = [each.log_ns for each in messages]
    assert times == sorted(times)
    with open_bag(recorder.folder) as bag:
        assert not bag.problem and bag.custom_data["device"] == "deeplens1" and bag.custom_data["version"]
    assert any("recording the device deeplens1" in line for line in record.lines)


def test_publishers_that_come_later_are_heard_whatever_they_offer(graph, record):
    recorder = record(device="/", all=True)
    reliable = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    first = Publisher(graph, reliable, "/lobby/faces")
    first.publish()  # before anybody listens
    graph.spin_until(first.has_listener, what="the first subscription")
    second = Publisher(graph, FACES_QOS, "/lobby/faces")
    graph.spin_until(lambda: second.has_listener() and first.has_listener(), what="the second subscription")
    second.count = 1_000
    second.publish()
    first.publish()
    graph.spin_until(lambda: len(set(heard_of(recorder, "/lobby/faces"))) == 3, what="all messages")
    finish(graph, recorder)
    assert set(stamps(read(recorder.folder)["/lobby/faces"])) == {0, 1, 1_000}
    told = yaml.safe_load((recorder.folder / "metadata.yaml").read_text())["rosbag2_bagfile_information"]
    topics = {each["topic_metadata"]["name"]: each["topic_metadata"] for each in told["topics_with_message_count"]}
    offered = {(each["reliability"], each["durability"]) for each in topics["/lobby/faces"]["offered_qos_profiles"]}
    assert offered == {("reliable", "transient_local"), ("best_effort", "volatile")}


def heard_of(recorder, topic):
    try:
        return stamps(read(recorder.folder).get(topic, []))
    except SignageError:  # nothing yet
        return []


def test_what_a_screen_was_told_before_and_what_it_was_chosen_by_are_recorded(graph, record, ads):
    graph.add(AdSelectorNode, namespace="deeplens1", params={"catalog": str(ads), "settle_s": 1.25})
    recorder = record()

    def is_all():
        try:
            with open_bag(recorder.folder) as bag:
                return "ad_selector" in bag.custom_data and "/deeplens1/ad" in {each.topic for each in bag.channels}
        except SignageError:
            return False

    graph.spin_until(is_all, what="the decision and the selector's parameters")
    finish(graph, recorder)
    with open_bag(recorder.folder) as bag:
        noted = json.loads(bag.custom_data["ad_selector"])
    assert noted["catalog"] == str(ads) and noted["settle_s"] == 1.25
    (ad, *_) = read(recorder.folder)["/deeplens1/ad"]
    assert deserialize_message(ad.data, AdSelection).fallback


@pytest.mark.parametrize("images", [False, True])
def test_pictures_are_recorded_only_if_they_are_asked_for_and_then_the_bag_says_so(graph, record, images):
    recorder = record(images=images, all=True)
    camera = graph.probe().create_publisher(CompressedImage, "image_raw/compressed", IMAGE_QOS)
    faces = Publisher(graph)

    def is_heard():
        camera.publish(CompressedImage(format="jpeg", data=b"picture"))
        faces.publish()
        return recorder.recording.message_count > 10 and (not images or camera.get_subscription_count())

    graph.spin_until(is_heard, what="messages")
    graph.spin_until(lambda: (is_heard(), FACES in heard_topics(recorder, "/image_raw" if images else FACES))[1])
    finish(graph, recorder)
    data = b"".join(path.read_bytes() for path in recorder.folder.glob("*.mcap"))
    with open_bag(recorder.folder) as bag:
        assert ("/deeplens1/image_raw/compressed" in {each.topic for each in bag.channels}) is images
        assert ("pictures of people" in bag.custom_data.get("warning", "")) is images
    assert (b"image_raw" in data) is images
    assert any("pictures of people" in line for line in record.lines) is images


def heard_topics(recorder, part):
    """The topics in the bag, once one of them has a part in its name."""
    try:
        topics = set(read(recorder.folder))
    except SignageError:
        return set()
    return topics if any(part in topic for topic in topics) else set()


@pytest.mark.fault
def test_no_password_of_an_address_gets_into_the_bag(graph, record):
    recorder = record()
    probe = graph.probe()
    address = "rtsp://admin:hidden-word@192.0.2.7/stream"
    event = ParameterEvent(node="/deeplens1/camera")
    event.new_parameters = [Parameter(name="source", value=ParameterValue(type=4, string_value=address))]
    event.changed_parameters = [Parameter(name="a", value=ParameterValue(type=9, string_array_value=["x", address]))]
    health = DiagnosticArray()
    health.header.frame_id = address
    told = [
        (probe.create_publisher(Log, "/rosout", 10), Log(msg=f"opened {address}", name="camera")),
        (probe.create_publisher(ParameterEvent, "/parameter_events", 10), event),
        (probe.create_publisher(DiagnosticArray, "/diagnostics", 10), health),
    ]

    def is_recorded():
        for publisher, message in told:
            publisher.publish(message)
        return all(b"192.0.2.7" in b"".join(each.data for each in heard(recorder, name)) for name in names)

    names = ("/rosout", "/parameter_events", "/diagnostics")
    graph.spin_until(is_recorded, what="what was told")
    finish(graph, recorder)
    for name in names:
        assert b"hidden-word" not in b"".join(each.data for each in read(recorder.folder)[name])
    parameters = [deserialize_message(each.data, ParameterEvent) for each in read(recorder.folder)["/parameter_events"]]
    (one, *_) = [each for each in parameters if each.node == "/deeplens1/camera"]
    assert one.new_parameters[0].value.string_value == "rtsp://...@192.0.2.7/stream"
    assert list(one.changed_parameters[0].value.string_array_value) == ["x", "rtsp://...@192.0.2.7/stream"]


def heard(recorder, topic):
    try:
        return read(recorder.folder).get(topic, [])
    except SignageError:
        return []


@pytest.mark.fault
def test_a_full_disk_ends_it_with_one_line_and_a_whole_bag(graph, record):
    left = [10**12]
    recorder = record(min_free_mb=1)
    recorder.recording._free = lambda folder: left[0]
    faces = Publisher(graph)
    graph.spin_until(faces.has_listener, what="the subscription")
    faces.publish()
    graph.spin_until(lambda: heard_of(recorder, FACES), what="a message")
    left[0] = 1
    with pytest.raises(SignageError, match="the recording has ended, and the bag holds all until now"):
        graph.spin_until(lambda: False, what="its end")
    with open_bag(recorder.folder) as bag:
        assert not bag.problem and bag.message_count


@pytest.fixture
def process(graph, tmp_path):
    """Start the recorder as a process of its own."""
    programs = []

    def start(*words):
        command = [sys.executable, "-c", RECORDER, "--ros-args", "-r", "__ns:=/deeplens1", "-p"]
        command += [f"output:={tmp_path / 'bag'}", *words]
        programs.append(ProgramUnderTest(command, graph.env))
        return programs[-1]

    yield start
    for program in programs:
        program.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_a_whole_bag(graph, process, tmp_path, number):
    program = process()
    faces = Publisher(graph, RELIABLE)
    graph.spin_until(faces.has_listener, what="the subscription")
    for _ in range(100):
        faces.publish()
        graph.executor.spin_once(timeout_sec=0.005)
    graph.spin_until(lambda: len(all_stamps(tmp_path / "bag")) == 100, what="all messages in the file")
    faces.publish()
    graph.spin_until(faces.publisher.get_subscription_count, what="the subscription")
    assert program.end(number) == 0
    with open_bag(tmp_path / "bag") as bag:
        assert not bag.problem and bag.message_count >= 100


def all_stamps(folder):
    try:
        return stamps(read(folder).get(FACES, []))
    except SignageError:
        return []


@pytest.mark.fault
def test_when_it_is_killed_all_but_the_last_moment_is_in_the_bag(graph, process, tmp_path):
    program = process("-p", "split_minutes:=0.01")
    faces = Publisher(graph, RELIABLE)
    graph.spin_until(faces.has_listener, what="the subscription")

    def goes_on():
        for _ in range(10):
            faces.publish()
        return len(list((tmp_path / "bag").glob("*.mcap"))) > 2 and len(all_stamps(tmp_path / "bag")) > 120

    graph.spin_until(goes_on, what="120 messages in the files")
    in_files = len(all_stamps(tmp_path / "bag"))
    program.end(signal.SIGKILL)
    kept = all_stamps(tmp_path / "bag")
    assert kept == list(range(len(kept))) and len(kept) >= in_files
    assert len(list((tmp_path / "bag").glob("*.mcap"))) > 1
    with open_bag(tmp_path / "bag") as bag:
        assert "cut off" in bag.problem
