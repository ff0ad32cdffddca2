"""Bags are read whole, without their metadata, or up to where they are cut off; what is no bag is told in one line."""

import os
import shutil

import pytest
from mcap.writer import CompressionType, IndexType
from mcap.writer import Writer as McapWriter
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.rosbag2.enums import CompressionFormat, CompressionMode
from rosbags.typesys import Stores, get_typestore
from signage_bags.bag_reader import BagError, open_bag
from signage_bags.bag_writer import BagWriter
from signage_bags.face_bags import QOS
from signage_bags.message_definitions import installed_definition

STORE = get_typestore(Stores.ROS2_KILTED)
TEXT = "std_msgs/msg/String"
ZSTD = CompressionMode.STORAGE
BEGAN_NS = 1_795_334_399_123_456_789


ENDLESS = "a0: &a0 [x, x, x, x]\n" + "".join(
    f"a{each}: &a{each} [{', '.join([f'*a{each - 1}'] * 10)}]\n" for each in range(1, 30)
)
"""YAML whose lists hold each other, more than any memory could if they were written out."""
ODD = "{relative_file_paths: 7, compression_mode: *a29, topics_with_message_count: 7, custom_data: {a: *a29, who: me}}"


def message(index):
    return bytes(STORE.serialize_cdr(STORE.types[TEXT](f"message {index}"), TEXT))


def write(folder, plugin=StoragePlugin.MCAP, count=3, mode=None):
    """Write a bag as `ros2 bag record` does, with rosbags."""
    writer = Writer(folder, version=9, storage_plugin=plugin)
    if mode is not None:
        writer.set_compression(mode, CompressionFormat.ZSTD)
    with writer:
        topic = writer.add_connection("/text", TEXT, typestore=STORE)
        for index in range(count):
            writer.write(topic, BEGAN_NS + index, message(index))
    return folder


def write_in_chunks(folder, chunks=5):
    """Write a bag as `./signage record` does: three messages a chunk."""
    writer = BagWriter(folder, {"who": "tests"})
    writer.set_topic("/text", TEXT, installed_definition(TEXT), [QOS])
    for index in range(3 * chunks):
        writer.write("/text", BEGAN_NS + index, BEGAN_NS + index, message(index))
        if index % 3 == 2:
            writer.flush()
    writer.close()
    return folder


def texts(bag):
    return [STORE.deserialize_cdr(each.data, TEXT).data for each in bag.messages()]


def numbered(count):
    return [f"message {index}" for index in range(count)]


@pytest.mark.parametrize("plugin", StoragePlugin)
@pytest.mark.parametrize(
    "what", ["folder", "file", "folder without metadata", "metadata cut off", "metadata of nothing", "odd metadata"]
)
def test_a_bag_is_read_whatever_its_metadata_says(plugin, what, tmp_path):
    folder = write(tmp_path / "bag", plugin)
    file = next(folder.glob("bag.*"))
    metadata = folder / "metadata.yaml"
    if what == "folder without metadata":
        metadata.unlink()
    elif what == "metadata cut off":
        metadata.write_text(metadata.read_text()[:40])
    elif what == "metadata of nothing":
        metadata.write_text(
            "rosbag2_bagfile_information:\n  version: 9\n  message_count: 0\n  relative_file_paths: []\n"
        )
    elif what == "odd metadata":
        metadata.write_text(f"{ENDLESS}rosbag2_bagfile_information: {ODD}")
    with open_bag(file if what == "file" else folder) as bag:
        assert texts(bag) == numbered(3) and bag.message_count == 3 and bag.problem == ""
        assert (bag.start_ns, bag.end_ns) == (BEGAN_NS, BEGAN_NS + 2)
        assert [(each.topic, each.type_name, each.definition.strip()) for each in bag.channels] == [
            ("/text", TEXT, "string data")
        ]
        assert [each.log_ns for each in bag.messages(["/text"])] == [BEGAN_NS, BEGAN_NS + 1, BEGAN_NS + 2]
        assert list(bag.messages(["/other"])) == []


@pytest.mark.parametrize(
    ("plugin", "mode"),
    [
        (StoragePlugin.SQLITE3, CompressionMode.FILE),
        (StoragePlugin.SQLITE3, CompressionMode.MESSAGE),
        (StoragePlugin.MCAP, CompressionMode.STORAGE),
    ],
)
def test_compressed_bags_are_read(plugin, mode, tmp_path):
    with open_bag(write(tmp_path / "bag", plugin, mode=mode)) as bag:
        assert texts(bag) == numbered(3)


def test_quality_of_service_and_what_the_recorder_noted_come_with_it(tmp_path):
    folder = write_in_chunks(tmp_path / "bag")
    for path in (folder, next(folder.glob("*.mcap"))):
        with open_bag(path) as bag:
            assert [dict(each) for each in bag.channels[0].qos] == [QOS]
            assert bag.custom_data == {"who": "tests"}


def test_the_files_of_a_split_bag_follow_each_other_by_their_numbers(tmp_path):
    folder = tmp_path / "day"
    folder.mkdir()
    for index in (2, 10, 1):
        shutil.copy(next(write(tmp_path / f"part{index}", count=index).glob("*.mcap")), folder / f"day_{index}.mcap")
    with open_bag(folder) as bag:
        assert texts(bag) == [*numbered(1), *numbered(2), *numbered(10)]
        assert len(bag.channels) == 1 and bag.message_count == 13


@pytest.mark.fault
@pytest.mark.parametrize(
    "make", [write_in_chunks, lambda folder: write(folder, count=15), lambda folder: write(folder, mode=ZSTD, count=15)]
)
def test_a_file_that_is_cut_off_anywhere_is_read_up_to_there(make, tmp_path):
    folder = make(tmp_path / "bag")
    file = next(folder.glob("*.mcap"))
    data = file.read_bytes()
    counts = []
    for length in range(0, len(data), 61):
        file.write_bytes(data[:length])
        try:
            with open_bag(folder) as bag:
                assert texts(bag) == numbered(bag.message_count)
                assert bag.problem == f"{file.name} is cut off after {bag.message_count} messages"
                counts.append(bag.message_count)
        except BagError as error:
            assert str(error) == f"{folder}: the bag holds no messages ({file.name} is cut off after 0 messages)"
            counts.append(0)
    assert counts == sorted(counts) and counts[-1] == 15


@pytest.mark.fault
@pytest.mark.parametrize("compression", [CompressionType.NONE, CompressionType.LZ4, CompressionType.ZSTD])
def test_in_a_chunk_that_is_cut_off_each_whole_message_is_read(compression, tmp_path):
    """As ``ros2 bag record`` leaves them: chunks of some hundred kB."""
    file = tmp_path / "bag.mcap"
    with file.open("wb") as stream:
        writer = McapWriter(stream, compression=compression, index_types=IndexType.NONE)
        writer.start(profile="ros2")
        schema = writer.register_schema(TEXT, "ros2msg", b"string data")
        topic = writer.register_channel("/text", "cdr", schema)
        for index in range(10_000):
            writer.add_message(topic, BEGAN_NS + index, message(index), BEGAN_NS + index)
        writer.finish()
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 5])
    with open_bag(file) as bag:
        assert 2_000 < bag.message_count < 8_000
        assert texts(bag) == numbered(bag.message_count)


@pytest.mark.fault
def test_what_a_crashed_disk_left_behind_the_cut_is_passed_over(tmp_path):
    folder = write_in_chunks(tmp_path / "bag")
    file = next(folder.glob("*.mcap"))
    half = file.read_bytes()[:-700]
    for rubbish in (bytes(5_000), os.urandom(5_000), b"\x06" + b"\xff" * 900):
        file.write_bytes(half + rubbish)
        with open_bag(folder) as bag:
            assert bag.message_count >= 12 and texts(bag) == numbered(bag.message_count)
            assert bag.custom_data == {"who": "tests"}


def damage(path):
    file = next(write_in_chunks(path).glob("*.mcap"))
    data = bytearray(file.read_bytes())
    first = data.index(b"message 1")
    data[first : first + 9] = b"massage 1"
    file.write_bytes(data)


def halve(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


NO_BAGS = {
    "missing": (lambda path: None, "no such file or folder; expected a bag"),
    "empty folder": (lambda path: path.mkdir(), "the folder is empty; expected a bag"),
    "other folder": (lambda path: (path / "notes").mkdir(parents=True), "no .mcap or .db3 file in it; expected a bag"),
    "other.txt": (lambda path: path.write_text("no bag"), "expected a bag: a folder that"),
    "other.mcap": (lambda path: path.write_text("no bag"), "expected an MCAP file, it begins with 'no bag'"),
    "other.db3": (lambda path: path.write_text("no bag"), "can't be read as a bag: Cannot open database"),
    "pipe.mcap": (os.mkfifo, "expected a file, got a pipe or device"),
    "empty.mcap": (lambda path: path.touch(), "the bag holds no messages (empty.mcap is cut off after 0 messages)"),
    "no messages": (lambda path: write(path, count=0), "the bag holds no messages"),
    "part missing": (
        lambda path: next(write(path).glob("*.mcap")).unlink(),
        "part missing.mcap is missing, of which metadata.yaml tells",
    ),
    "half sqlite3": (
        lambda path: halve(next(write(path, StoragePlugin.SQLITE3, 500).glob("*.db3"))),
        "can't be read as a bag: ",
    ),
    "damaged": (damage, "can't be read as a bag: Chunk checksum mismatch"),
}


@pytest.mark.fault
@pytest.mark.parametrize("is_whole", [False, True])
def test_names_move_no_cursor(is_whole, tmp_path):
    writer = BagWriter(tmp_path / "bag", {})
    writer.set_topic("/a\x1b[31m\nb", TEXT, installed_definition(TEXT), [QOS])
    writer.write("/a\x1b[31m\nb", BEGAN_NS, BEGAN_NS, message(0))
    writer.flush()
    if is_whole:
        writer.close()
    with open_bag(tmp_path / "bag") as bag:
        assert [each.topic for each in bag.channels] == [r"/a\x1b[31m\nb"] and texts(bag) == numbered(1)
    if not is_whole:
        writer.close()


@pytest.mark.fault
@pytest.mark.parametrize("what", NO_BAGS)
def test_what_is_no_bag_is_told_in_one_line(what, tmp_path):
    make, expected = NO_BAGS[what]
    path = tmp_path / what
    make(path)
    with pytest.raises(BagError) as error, open_bag(path) as bag:
        list(bag.messages())
    assert expected in str(error.value) and "\n" not in str(error.value)
    assert str(error.value).startswith(str(path))
