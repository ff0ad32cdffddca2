"""A recording's own thread: nobody waits for it, it ends before the disk is full, and loses nothing that was taken."""

import errno
import threading

import pytest
from signage_bags import recording as module
from signage_bags.bag_reader import open_bag
from signage_bags.recording import Recording, check_space
from signage_common.errors import SignageError
from signage_common.process_testing import wait_until
from signage_common.stamps import NS_PER_S
from written_bags import START_NS, TOPIC, begin, message, numbers_of


def put(recording, numbers, size=60):
    for number in numbers:
        log_ns = START_NS + number * (NS_PER_S // 30)
        recording.put(TOPIC, log_ns, log_ns, message(number, size))


@pytest.fixture
def begun(tmp_path):
    """A recording of a bag; it is closed at the end."""
    made = []

    def make(free=lambda folder: 10**12, min_free_bytes=10**9):
        made.append(Recording(begin(tmp_path / "bag"), min_free_bytes, free, flush_s=0.01))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_all_that_was_taken_is_in_the_bag_once_it_is_closed(begun, tmp_path):
    recording = begun()
    put(recording, range(500))
    recording.do(lambda writer: writer.set_custom_data("ad_selector", "{}"))
    put(recording, range(500, 1000))
    recording.close()
    assert recording.problem is None and recording.message_count == 1000
    with open_bag(tmp_path / "bag") as bag:
        assert numbers_of(bag) == list(range(1000)) and not bag.problem
        assert bag.custom_data == {"device": "deeplens1", "ad_selector": "{}"}


def test_what_was_taken_can_be_read_soon_while_it_goes_on(begun, tmp_path):
    recording = begun()
    for last in (10, 20, 30):
        put(recording, range(last - 10, last))
        wait_until(lambda last=last: recording.message_count == last, "the messages are written")

        def in_file():
            with open_bag(tmp_path / "bag") as bag:
                return bag.message_count

        wait_until(lambda last=last: in_file() == last, "they are in the file")


@pytest.mark.fault
class TestTheDisk:
    def test_is_left_its_reserve_and_the_bag_is_whole(self, begun, tmp_path):
        left = [10**10]
        recording = begun(free=lambda folder: left[0])
        put(recording, range(50))
        left[0] = 10**9 - 1
        wait_until(lambda: recording.problem, "the recording ends")
        assert "1,000 MB are free, 1,000 MB must stay so" in str(recording.problem)
        assert recording.problem.exit_status == 1
        with open_bag(tmp_path / "bag") as bag:
            assert numbers_of(bag) == list(range(50)) and not bag.problem

    def test_is_looked_at_before(self, tmp_path):
        with pytest.raises(SignageError, match="must stay so"):
            check_space(tmp_path, 10**18)

    def test_is_full_all_the_same(self, begun, tmp_path, monkeypatch):
        recording = begun()
        put(recording, range(50))
        wait_until(lambda: recording.message_count == 50, "the messages are written")
        is_full = threading.Event()
        is_full.set()
        write = module.BagWriter.flush

        def flush(writer):
            if is_full.is_set():
                raise OSError(errno.ENOSPC, "No space left on device")
            write(writer)

        monkeypatch.setattr(module.BagWriter, "flush", flush)
        put(recording, range(50, 60))
        wait_until(lambda: recording.problem, "the recording ends")
        assert "No space left on device; the bag holds what came before" in str(recording.problem)
        with open_bag(tmp_path / "bag") as bag:
            assert set(range(40)) <= set(numbers_of(bag)) <= set(range(60))

    def test_is_so_slow_that_memory_would_run_out(self, begun, monkeypatch):
        monkeypatch.setattr(module, "MOST_WAITING_BYTES", 10_000)
        goes_on = threading.Event()
        recording = begun()
        recording.do(lambda writer: goes_on.wait())
        put(recording, range(1000), size=100)
        assert 0 < recording.dropped < 1000
        goes_on.set()
        recording.close()
        assert recording.message_count == 1000 - recording.dropped
