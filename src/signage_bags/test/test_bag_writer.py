"""Bags as they are written: whole, split, and at every moment in between."""

import os
import resource
import stat

import pytest
import yaml
from mcap.reader import make_reader
from rosbags.rosbag2 import Reader
from signage_bags.bag_reader import open_bag
from signage_bags.bag_writer import METADATA, SplitLimits
from signage_bags.message_definitions import installed_definition
from signage_common.errors import ConfigurationError, SignageError
from signage_common.stamps import NS_PER_S
from written_bags import START_NS, TOPIC, TYPE, begin, numbers_of, qos, write


def metadata(folder):
    return yaml.safe_load((folder / METADATA).read_text())["rosbag2_bagfile_information"]


class TestAWholeBag:
    def test_is_read_by_other_libraries_with_type_hash_and_quality_of_service(self, tmp_path):
        writer = begin(tmp_path / "bag")
        write(writer, range(100))
        writer.close()
        with Reader(tmp_path / "bag") as reader:
            (connection,) = reader.connections
            assert (connection.topic, connection.msgtype, reader.message_count) == (TOPIC, TYPE, 100)
            assert connection.digest == installed_definition(TYPE).type_hash
            assert connection.ext.offered_qos_profiles[0].reliability.name == "BEST_EFFORT"
            assert [ns for _, ns, _ in reader.messages()] == [START_NS + n * (NS_PER_S // 30) for n in range(100)]
        with (tmp_path / "bag" / "bag_0.mcap").open("rb") as file:
            reader = make_reader(file, validate_crcs=True)
            summary = reader.get_summary()
            assert reader.get_header().profile == "ros2"
            assert summary.statistics.message_count == len(list(reader.iter_messages())) == 100
            assert summary.schemas[1].data.decode() == installed_definition(TYPE).text
            assert summary.channels[1].metadata["topic_type_hash"] == installed_definition(TYPE).type_hash
            (noted,) = yaml.safe_load_all(next(reader.iter_metadata()).metadata["serialized_metadata"])
            assert noted["custom_data"] == {"device": "deeplens1"}

    def test_tells_in_its_metadata_what_ros2_bag_asks_for(self, tmp_path):
        writer = begin(tmp_path / "bag")
        writer.set_topic(TOPIC, TYPE, installed_definition(TYPE), [qos(), qos("reliable")])
        write(writer, range(31))
        writer.set_custom_data("note", "한국: ok")
        writer.close()
        told = metadata(tmp_path / "bag")
        assert (told["version"], told["storage_identifier"], told["ros_distro"]) == (9, "mcap", "kilted")
        assert told["starting_time"]["nanoseconds_since_epoch"] == START_NS
        assert told["duration"]["nanoseconds"] == 30 * (NS_PER_S // 30)
        assert told["relative_file_paths"] == ["bag_0.mcap"] == [each["path"] for each in told["files"]]
        (topic,) = told["topics_with_message_count"]
        assert topic["message_count"] == told["message_count"] == 31
        assert topic["topic_metadata"]["type_description_hash"].startswith("RIHS01_")
        offered = topic["topic_metadata"]["offered_qos_profiles"]
        assert [each["reliability"] for each in offered] == ["best_effort", "reliable"]
        assert told["custom_data"] == {"device": "deeplens1", "note": "한국: ok"}

    def test_is_its_owners_only(self, tmp_path):
        begin(tmp_path / "bag").close()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "bag").iterdir()}
        assert modes == {"bag_0.mcap": 0o600, METADATA: 0o600}
        assert stat.S_IMODE((tmp_path / "bag").stat().st_mode) == 0o700


class TestABagThatIsNotClosed:
    def test_holds_all_that_was_flushed(self, tmp_path):
        writer = begin(tmp_path / "bag")
        for first in range(0, 60, 12):
            write(writer, range(first, first + 12))
            writer.flush()
            write(writer, [])
        with open_bag(tmp_path / "bag") as bag:
            assert numbers_of(bag) == list(range(60)) and bag.problem
            assert bag.custom_data == {"device": "deeplens1"} and bag.channels[0].qos[0] == qos()
        (tmp_path / "bag" / METADATA).unlink()
        with open_bag(tmp_path / "bag") as bag:
            assert numbers_of(bag) == list(range(60)) and bag.custom_data == {"device": "deeplens1"}
        writer.close()

    def test_can_be_cut_at_any_byte(self, tmp_path):
        writer = begin(tmp_path / "bag")
        ends = []
        for number in range(4):
            write(writer, [2 * number, 2 * number + 1])
            writer.flush()
            ends.append(writer.size_bytes)
        data = (tmp_path / "bag" / "bag_0.mcap").read_bytes()
        cut = tmp_path / "cut.mcap"
        for size in range(ends[0], len(data) + 1):
            cut.write_bytes(data[:size])
            with open_bag(cut) as bag:
                whole = sum(end <= size for end in ends)
                assert len(numbers_of(bag)) in (2 * whole, 2 * whole + 2), size
                assert numbers_of(bag) == list(range(bag.message_count))
        writer.close()

    def test_has_metadata_from_its_first_moment(self, tmp_path):
        writer = begin(tmp_path / "bag")
        assert metadata(tmp_path / "bag")["message_count"] == 0
        write(writer, range(3))
        writer.write_metadata()
        assert metadata(tmp_path / "bag")["message_count"] == 3
        assert sorted(path.name for path in (tmp_path / "bag").iterdir()) == ["bag_0.mcap", METADATA]
        writer.close()


@pytest.mark.parametrize(
    ("limits", "size", "files"),
    [
        (SplitLimits(), 60, 1),
        (SplitLimits(duration_ns=NS_PER_S), 60, 4),
        (SplitLimits(size_bytes=100_000), 10_000, 11),
        (SplitLimits(size_bytes=100_000, duration_ns=2 * NS_PER_S), 60, 2),
    ],
)
def test_a_new_file_begins_at_a_size_or_after_a_time(tmp_path, limits, size, files):
    writer = begin(tmp_path / "bag", limits)
    for number in range(120):
        writer.write(TOPIC, START_NS + number * (NS_PER_S // 30), 0, number.to_bytes(8, "little") + os.urandom(size))
        if number % 3 == 0:
            writer.flush()
    writer.close()
    told = metadata(tmp_path / "bag")
    assert len(told["relative_file_paths"]) == files
    assert sum(each["message_count"] for each in told["files"]) == 120
    with open_bag(tmp_path / "bag") as bag:
        assert [int.from_bytes(each.data[:8], "little") for each in bag.messages()] == list(range(120))
        assert not bag.problem
    with Reader(tmp_path / "bag") as reader:
        assert len(list(reader.messages())) == 120


@pytest.mark.fault
class TestWhatCanNotBeWritten:
    @pytest.mark.parametrize("name", ["there", "no/folder", "x" * 300, "nul\0"])
    def test_is_a_wrong_folder(self, tmp_path, name):
        (tmp_path / "there").mkdir()
        (tmp_path / "there" / "kept").write_text("kept")
        with pytest.raises(ConfigurationError):
            begin(tmp_path / name)
        assert (tmp_path / "there" / "kept").read_text() == "kept"

    def test_is_a_name_too_long_for_a_file_in_it(self, tmp_path):
        with pytest.raises(SignageError, match="nothing can be written there: File name too long"):
            begin(tmp_path / ("x" * 250))
        assert list(tmp_path.iterdir()) == []

    def test_leaves_the_chunks_before_it_whole(self, tmp_path):
        writer = begin(tmp_path / "bag")
        write(writer, range(10))
        writer.flush()
        size = writer.size_bytes
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1000, before[1]))
        try:
            for number in range(10, 20):
                writer.write(TOPIC, START_NS + NS_PER_S + number, 0, number.to_bytes(8, "little") + os.urandom(1000))
            with pytest.raises(OSError, match="too large"):
                writer.flush()
            writer.abandon()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert (tmp_path / "bag" / "bag_0.mcap").stat().st_size == size
        with open_bag(tmp_path / "bag") as bag:
            assert numbers_of(bag) == list(range(10))
