import shutil
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from deeplens_camera.capture_thread import CaptureThread, Clock, DroppedFrame, Notice
from deeplens_camera.health import SourceState, StateChange
from deeplens_camera.pacing import BackOff
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import parse_source
from deeplens_camera.sources.opening import fingerprint, open_source
from signage_common.process_testing import wait_until
from signage_common.stamps import ns_to_seconds, seconds_to_ns

BACK_OFF = BackOff(0.05, 1.5, 0.3)
RUNNING, LOST, ENDED = SourceState.RUNNING, SourceState.LOST, SourceState.ENDED


class Recorder:
    """Keep what the capture thread publishes and reports."""

    def __init__(self, is_wanted=True):
        self.wanted = is_wanted
        self.stamps_ns, self.events = [], []

    def is_wanted(self):
        return self.wanted

    def publish(self, frame, captured_ns):
        frame.resized(0, 0)
        self.stamps_ns.append(captured_ns)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def states(self):
        return [change.state for change in self.of(StateChange)]


class SteppedClock(Clock):
    """A clock that stands still but for the waits, so that however busy the machine is, nothing comes late."""

    def __init__(self):
        self.now_s = 1000.0

    def monotonic_s(self):
        return self.now_s

    def epoch_ns(self):
        return seconds_to_ns(self.now_s)

    def wait(self, stopping, seconds):
        self.now_s += seconds
        stopping.wait(0.001)  # lets the test go on


@pytest.fixture
def play():
    """Run a capture thread on a source."""
    threads = []

    def start(text, recorder, fps=0.0, clock=None, **params):
        address = parse_source(str(text))
        thread = CaptureThread(
            lambda asked: open_source(address, asked),
            lambda: fingerprint(address),
            recorder,
            recorder.events.append,
            CameraParams(fps=fps, **params),
            BACK_OFF,
            clock,
        )
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for thread in threads:
        wait_until(thread.stop, "end of the capture thread")


def test_a_film_plays_in_real_time_and_loops(play, write_video):
    recorder = Recorder()
    thread = play(write_video(frames=20, fps=30), recorder, clock=SteppedClock())
    wait_until(lambda: len(recorder.stamps_ns) >= 60, "three rounds")
    gaps_s = [ns_to_seconds(b - a) for a, b in pairwise(recorder.stamps_ns[:60])]
    assert gaps_s == pytest.approx([1 / 30] * 59)
    assert thread.status().frames.skipped_late == 0
    assert recorder.states == [RUNNING]


def test_what_is_late_is_skipped_and_counted_so_that_a_film_stays_in_time(play, write_video):
    recorder, clock = Recorder(), SteppedClock()

    def publish_slowly(frame, captured_ns):
        recorder.stamps_ns.append(captured_ns)
        clock.now_s += 0.11

    recorder.publish = publish_slowly
    thread = play(write_video(frames=20, fps=30), recorder, clock=clock)
    wait_until(lambda: len(recorder.stamps_ns) >= 60, "sixty frames")
    thread.stop()
    frames = thread.status().frames
    seconds = ns_to_seconds(recorder.stamps_ns[-1] - recorder.stamps_ns[0])
    assert seconds == pytest.approx((frames.captured - 1 + frames.skipped_late) / 30, abs=0.2)
    assert frames.skipped_late > frames.captured == len(recorder.stamps_ns)


def test_a_stamp_is_the_time_of_capture(play, write_video):
    recorder = Recorder()
    began_ns = time.time_ns()
    play(write_video(frames=20, fps=30), recorder)
    wait_until(lambda: recorder.stamps_ns, "a frame")
    assert began_ns < recorder.stamps_ns[0] < time.time_ns()


def test_while_nobody_listens_nothing_is_decoded_but_time_goes_on(play, write_video):
    recorder = Recorder(is_wanted=False)
    thread = play(write_video(frames=30, fps=60), recorder)
    wait_until(lambda: thread.status().frames.captured > 40, "forty frames")
    assert not recorder.stamps_ns
    recorder.wanted = True
    wait_until(lambda: recorder.stamps_ns, "a frame")


def test_a_lower_rate_is_counted(play, write_video):
    recorder = Recorder()
    thread = play(write_video(frames=30, fps=30), recorder, fps=20.0, clock=SteppedClock())
    wait_until(lambda: len(recorder.stamps_ns) >= 20, "twenty frames")
    thread.stop()
    frames = thread.status().frames
    assert frames.skipped_rate == pytest.approx(frames.captured / 3, abs=2)
    assert frames.captured == len(recorder.stamps_ns) + frames.skipped_rate


def test_the_end_is_told_once_and_a_new_film_is_played(play, write_video):
    recorder = Recorder()
    path = write_video(frames=10, fps=60)
    other = write_video("other.webm", frames=12, fps=60)
    thread = play(path, recorder, clock=SteppedClock(), loop=False)
    wait_until(lambda: recorder.states == [RUNNING, ENDED], "the end")
    assert thread.status().frames.captured == 10
    other.replace(path)
    wait_until(lambda: recorder.states[2:] == [RUNNING, ENDED], "the other end")
    assert thread.status().frames.captured == 10 + 12


def test_a_film_that_breaks_is_waited_for_and_comes_back(play, write_video, tmp_path):
    recorder = Recorder()
    path = write_video(frames=10, fps=60)
    shutil.copy(path, tmp_path / "copy.webm")
    thread = play(path, recorder)
    wait_until(lambda: RUNNING in recorder.states, "the film")
    path.write_bytes(b"broken")
    wait_until(lambda: recorder.states == [RUNNING, LOST], "the loss")
    wait_until(lambda: thread.status().failures >= 3, "three attempts")
    assert recorder.states == [RUNNING, LOST]
    (tmp_path / "copy.webm").replace(path)
    wait_until(lambda: recorder.states == [RUNNING, LOST, RUNNING], "the return")
    assert thread.status().reconnects == 1


def test_a_stream_that_is_not_there_yet_dies_and_comes_back(play, serve_mjpeg, jpeg, free_port):
    recorder = Recorder()
    thread = play(f"http://127.0.0.1:{free_port}/stream", recorder)
    wait_until(lambda: recorder.states == [SourceState.WAITING], "the first attempt")
    with serve_mjpeg([jpeg(40)], free_port):
        wait_until(lambda: recorder.stamps_ns, "a frame")
    wait_until(lambda: recorder.states[-1] is LOST, "the loss")
    with serve_mjpeg([jpeg(40)], free_port):
        wait_until(lambda: recorder.states[-1] is RUNNING, "the return")
    assert thread.status().reconnects >= 1


def test_damaged_frames_are_counted_and_dropped(play, serve_mjpeg, jpeg):
    recorder = Recorder()
    good = jpeg(40)
    with serve_mjpeg([good, good[: len(good) // 2], good]) as server:
        thread = play(server.address, recorder)
        wait_until(lambda: thread.status().frames.broken >= 3 and len(recorder.stamps_ns) >= 6, "damaged frames")
        assert len(recorder.of(DroppedFrame)) == pytest.approx(thread.status().frames.broken, abs=1)
        assert recorder.states == [RUNNING]
        thread.stop()


def test_a_photo_that_cant_be_read_is_told(play, photo_folder):
    recorder = Recorder()
    folder = photo_folder(b=50)
    (folder / "a.jpg").write_bytes(b"no photo")
    play(folder, recorder, photo_s=0.1, gap_s=0.0)
    wait_until(lambda: recorder.of(Notice), "the notice")
    assert "a.jpg" in recorder.of(Notice)[0].text


def test_stop_does_not_wait_for_a_read_that_hangs(play, serve_mjpeg, jpeg):
    recorder = Recorder()
    with serve_mjpeg([jpeg(40)]) as server:
        thread = play(server.address, recorder)
        wait_until(lambda: recorder.stamps_ns, "a frame")
        server.hanging.set()
        shown = len(recorder.stamps_ns) + 2
        assert not thread.stop()
    wait_until(thread.stop, "the server's end ends the read")
    assert len(recorder.stamps_ns) <= shown


def test_a_snapshot_does_not_change(play):
    thread = play("synthetic", Recorder(), width=64, height=48)
    wait_until(lambda: thread.status().frames.captured > 1, "frames")
    before = thread.status()
    copy = replace(before)
    wait_until(lambda: thread.status().frames.captured > copy.frames.captured, "more frames")
    assert before == copy
