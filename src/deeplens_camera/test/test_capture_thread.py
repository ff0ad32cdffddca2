import shutil
import time

import pytest
from deeplens_camera.capture_thread import CaptureThread
from deeplens_camera.pacing import RateLimit
from deeplens_camera.reconnect import BackOff
from deeplens_camera.source_address import parse_source
from deeplens_camera.sources.freshness import fingerprint
from deeplens_camera.sources.opening import open_source
from deeplens_camera.sources.source import SourceOptions
from deeplens_camera.state import SourceState

BACK_OFF = BackOff(0.05, 1.5, 0.3)


class Recorder:
    """Keep what the capture thread tells and shows."""

    def __init__(self, listening=True):
        self.listening = listening
        self.stamps_ns, self.changes, self.notices, self.broken = [], [], [], []

    def is_listening(self):
        return self.listening

    def show(self, picture, captured_ns):
        picture.sized(0, 0)
        self.stamps_ns.append(captured_ns)

    def tell_change(self, change):
        self.changes.append(change.state)

    def tell_notice(self, notice):
        self.notices.append(notice)

    def tell_broken(self, reason):
        self.broken.append(reason)


@pytest.fixture
def play():
    """Run a capture thread on a source."""
    threads = []

    def start(text, recorder, fps=0.0, **options):
        address = parse_source(str(text))
        thread = CaptureThread(
            lambda: open_source(address, SourceOptions(**options)),
            lambda: fingerprint(address),
            recorder,
            RateLimit(fps),
            BACK_OFF,
        )
        threads.append(thread)
        thread.start()
        return thread

    yield start
    assert all(thread.stop() for thread in threads)


def test_a_film_plays_in_real_time_and_loops(play, write_video, wait_for):
    recorder = Recorder()
    began_ns = time.time_ns()
    thread = play(write_video(frames=20, fps=30), recorder)
    wait_for(lambda: len(recorder.stamps_ns) >= 60)
    seconds = (recorder.stamps_ns[59] - recorder.stamps_ns[0]) / 1e9
    lost = thread.counters.skipped_late
    assert seconds == pytest.approx((59 + lost) / 30, abs=0.05)
    assert began_ns < recorder.stamps_ns[0] < time.time_ns()
    assert recorder.changes == [SourceState.RUNNING]


def test_while_nobody_listens_nothing_is_decoded_but_time_goes_on(play, write_video, wait_for):
    recorder = Recorder(listening=False)
    thread = play(write_video(frames=30, fps=60), recorder)
    wait_for(lambda: thread.counters.captured > 40)
    assert not recorder.stamps_ns
    recorder.listening = True
    wait_for(lambda: recorder.stamps_ns)


def test_a_lower_rate_is_counted(play, wait_for):
    recorder = Recorder()
    thread = play("synthetic", recorder, fps=20.0, width_px=64, height_px=48)  # the source itself runs at 30
    wait_for(lambda: len(recorder.stamps_ns) >= 20)
    counters = thread.counters
    assert counters.skipped_rate == pytest.approx(counters.captured / 3, abs=2)
    assert counters.captured == pytest.approx(len(recorder.stamps_ns) + counters.skipped_rate, abs=1)


def test_the_end_is_told_once_and_a_new_film_is_played(play, write_video, wait_for):
    recorder = Recorder()
    path = write_video(frames=10, fps=60)
    other = write_video("other.webm", frames=12, fps=60)
    thread = play(path, recorder, loop=False)
    wait_for(lambda: recorder.changes == [SourceState.RUNNING, SourceState.ENDED])
    captured = thread.counters.captured
    other.replace(path)
    wait_for(lambda: recorder.changes[2:] == [SourceState.RUNNING, SourceState.ENDED])
    assert thread.counters.captured - captured == pytest.approx(12, abs=6)


def test_a_film_that_breaks_is_waited_for_and_comes_back(play, write_video, wait_for, tmp_path):
    recorder = Recorder()
    path = write_video(frames=10, fps=60)
    shutil.copy(path, tmp_path / "copy.webm")
    thread = play(path, recorder)
    wait_for(lambda: SourceState.RUNNING in recorder.changes)
    path.write_bytes(b"broken")
    wait_for(lambda: recorder.changes == [SourceState.RUNNING, SourceState.LOST])
    wait_for(lambda: thread.keeper.failures >= 3, what="three attempts")
    assert recorder.changes == [SourceState.RUNNING, SourceState.LOST]
    (tmp_path / "copy.webm").replace(path)
    wait_for(lambda: recorder.changes == [SourceState.RUNNING, SourceState.LOST, SourceState.RUNNING])
    assert thread.keeper.reconnects == 1


def test_a_stream_that_is_not_there_yet_dies_and_comes_back(play, serve_mjpeg, jpeg, wait_for, free_port):
    recorder = Recorder()
    thread = play(f"http://127.0.0.1:{free_port}/stream", recorder)
    wait_for(lambda: recorder.changes == [SourceState.WAITING])
    with serve_mjpeg([jpeg(40)], free_port):
        wait_for(lambda: recorder.stamps_ns)
    wait_for(lambda: recorder.changes[-1] is SourceState.LOST)
    with serve_mjpeg([jpeg(40)], free_port):
        wait_for(lambda: recorder.changes[-1] is SourceState.RUNNING)
    assert thread.keeper.reconnects >= 1


def test_damaged_frames_are_counted_and_dropped(play, serve_mjpeg, jpeg, wait_for):
    recorder = Recorder()
    good = jpeg(40)
    with serve_mjpeg([good, good[: len(good) // 2], good]) as server:
        thread = play(server.address, recorder)
        wait_for(lambda: thread.counters.broken >= 3 and len(recorder.stamps_ns) >= 6)
        assert len(recorder.broken) == pytest.approx(thread.counters.broken, abs=1)
        assert recorder.changes == [SourceState.RUNNING]
        thread.stop()


def test_a_photo_that_cant_be_read_is_told(play, photo_folder, wait_for):
    recorder = Recorder()
    folder = photo_folder(b=50)
    (folder / "a.jpg").write_bytes(b"no photo")
    play(folder, recorder, photo_s=0.1, gap_s=0.0)
    wait_for(lambda: recorder.notices)
    assert "a.jpg" in recorder.notices[0]


def test_stop_does_not_wait_for_a_read_that_hangs(serve_mjpeg, jpeg, wait_for):
    recorder = Recorder()
    with serve_mjpeg([jpeg(40)]) as server:
        address = parse_source(server.address)
        thread = CaptureThread(
            lambda: open_source(address, SourceOptions()), lambda: (), recorder, RateLimit(0.0), BACK_OFF
        )
        thread.start()
        wait_for(lambda: recorder.stamps_ns)
        server.hanging.set()
        shown = len(recorder.stamps_ns) + 2
        began = time.monotonic()
        assert not thread.stop()
        assert time.monotonic() - began < 1.5
    wait_for(thread.stop)  # the server's end ends the read
    assert len(recorder.stamps_ns) <= shown
