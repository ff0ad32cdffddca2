"""Whatever a source, a disk or a network does: it is told, and tried again; nothing ends the thread in silence."""

import errno
import os
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import cv2
import pytest
from deeplens_camera.capture_thread import DroppedFrame, Notice
from deeplens_camera.errors import BrokenFrameError, SourceError
from deeplens_camera.health import SourceState, StateChange
from deeplens_camera.pacing import BackOff
from deeplens_camera.sources.synthetic import SyntheticSource
from recording import ENDED, LOST, RUNNING, SMALL, Recorder, SteppedClock
from signage_common.process_testing import wait_until

pytestmark = pytest.mark.fault


class Failing(SyntheticSource):
    """A source that raises at some steps, each time the next of what it was given; then it works."""

    def __init__(self, params, errors, where="advance"):
        super().__init__(params)
        self.errors, self.where = list(errors), where

    def _fail(self, where):
        if where == self.where and self.errors:
            raise self.errors.pop(0)

    def advance(self):
        self._fail("advance")
        super().advance()

    def frame(self):
        self._fail("frame")
        return super().frame()


LOSSES = [
    OSError(errno.EIO, "Input/output error", "/photos"),
    PermissionError(errno.EACCES, "Permission denied"),
    TimeoutError(),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    MemoryError(),
    ValueError("the address rtsp://admin:hunter2@cam"),
    UnicodeEncodeError("ascii", "hunter2", 0, 1, "ordinal not in range"),
    cv2.error("OpenCV(4): /io/opencv/hunter2.cpp:5: error:\n > of\n > many lines"),
]


@pytest.mark.parametrize("error", LOSSES, ids=repr)
@pytest.mark.parametrize("where", ["fingerprint", "open", "advance"])
def test_whatever_a_source_raises_is_a_loss_that_is_told_and_tried_again(run, error, where):
    errors, recorder = [error] * 3, Recorder()

    def fail(now):
        if now == where and recorder.stamps_ns and errors:
            raise errors.pop()

    def open_it(params):
        fail("open")
        source = SyntheticSource(SMALL)
        source.advance = lambda: fail("advance")
        return source

    def look():
        fail("fingerprint")
        return 0

    thread = run(open_it, recorder, look)
    wait_until(lambda: recorder.stamps_ns, "frames")
    if where != "advance":  # let the source break, so that it is opened again
        with cut(recorder):
            wait_until(lambda: LOST in recorder.states, "the loss")
    wait_until(lambda: not errors, "three failures")
    wait_until(lambda: thread.status().state is RUNNING and recorder.states[-1] is RUNNING, "the return")
    assert recorder.states == [RUNNING, LOST, RUNNING]
    reasons = [change.reason for change in recorder.of(StateChange)]
    assert all(reason.isprintable() and "hunter2" not in reason for reason in reasons)


@contextmanager
def cut(recorder):
    """Have the sink break as a disk does, once."""
    publish = recorder.publish

    def fail(*_):
        recorder.publish = publish
        raise OSError(errno.EIO, "Input/output error")

    recorder.publish = fail
    yield


@pytest.mark.parametrize("error", [BrokenFrameError("no JPEG"), *LOSSES[4:]], ids=repr)
def test_what_a_single_frame_raises_is_one_broken_frame(run, error):
    recorder, source = Recorder(), Failing(SMALL, [error] * 5, "frame")
    thread = run(lambda _: source, recorder)
    wait_until(lambda: recorder.stamps_ns, "a good frame")
    assert thread.status().frames.broken == 5 and thread.status().frames.broken_in_a_row == 0
    assert recorder.states == [RUNNING] and len(recorder.of(DroppedFrame)) == 5
    assert all("hunter2" not in event.reason for event in recorder.of(DroppedFrame))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    "error", [KeyError("x"), RuntimeError("x"), ZeroDivisionError(), AssertionError(), RecursionError()]
)
def test_the_thread_never_dies_in_silence(run, error, monkeypatch):
    died = []
    monkeypatch.setattr(threading, "excepthook", died.append)
    recorder, source = Recorder(), Failing(SMALL, [error])
    thread = run(lambda _: source, recorder)
    wait_until(lambda: died, "the end of the thread")
    assert died[0].exc_value is error
    assert (thread.status().state, thread.status().reason) == (SourceState.FAILED, f"unexpected {type(error).__name__}")
    assert recorder.states == [SourceState.FAILED]


def test_a_source_that_gives_one_frame_and_breaks_is_not_hammered(run):
    clock, opened_s, recorder = SteppedClock(), [], Recorder()

    def open_it(params):
        opened_s.append(clock.now_s)
        source = SyntheticSource(SMALL)
        advance, left = source.advance, [1]

        def once():
            if not left:
                raise SourceError("broke off")
            left.pop()
            advance()

        source.advance = once
        return source

    run(open_it, recorder, back_off=BackOff(), clock=clock)
    wait_until(lambda: len(opened_s) >= 12, "twelve attempts")
    gaps_s = [b - a for a, b in pairwise(opened_s[:12])]
    assert gaps_s[:5] == pytest.approx([0.5, 1, 2, 4, 8], abs=0.1) and min(gaps_s[5:]) > 9.9


def test_a_source_that_ran_well_is_tried_at_once(run):
    clock, opened_s, recorder = SteppedClock(), [], Recorder()

    def open_it(params):
        opened_s.append(clock.now_s)
        source = SyntheticSource(SMALL)
        advance = source.advance

        def until_the_end():
            if clock.now_s > opened_s[-1] + 15:
                raise SourceError("broke off")
            advance()

        source.advance = until_the_end
        return source

    run(open_it, recorder, back_off=BackOff(), clock=clock)
    wait_until(lambda: len(opened_s) >= 4, "four attempts")
    assert [b - a for a, b in pairwise(opened_s[:4])] == pytest.approx([15.5] * 3, abs=0.3)


@pytest.fixture
def as_nobody():
    """Make a folder that an ordinary user may read; ``may(False)`` takes the right away, real root or not."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to become an ordinary user")
    folder = Path(tempfile.mkdtemp(prefix="photos-", dir="/tmp"))  # pytest's own folders are root's alone

    def may(is_allowed):
        os.seteuid(0)
        folder.chmod(0o755 if is_allowed else 0o000)
        os.seteuid(65534)

    may(True)
    os.seteuid(0)
    try:
        yield folder, may
    finally:
        os.seteuid(0)
        shutil.rmtree(folder)


def test_a_folder_that_may_not_be_read_for_a_while_comes_back(play, as_nobody, photo_folder):
    folder, may = as_nobody
    shutil.copy(photo_folder(a=50) / "a.png", folder)
    recorder = Recorder()
    may(True)
    thread = play(folder, recorder, photo_s=0.1, gap_s=0.0)
    wait_until(lambda: recorder.states == [RUNNING], "photos")
    may(False)
    wait_until(lambda: recorder.states == [RUNNING, LOST], "the loss")
    wait_until(lambda: thread.status().failures >= 3, "three attempts")
    assert recorder.of(StateChange)[-1].reason == "can't be read: Permission denied"
    may(True)
    wait_until(lambda: recorder.states == [RUNNING, LOST, RUNNING], "the return")


def replaced_by_file(folder):
    folder.write_bytes(b"no photo")


def replaced_by_pipe(folder):
    os.mkfifo(folder)


def replaced_by_loop(folder):
    folder.symlink_to(folder)


REPLACEMENTS = [lambda _: None, Path.mkdir, replaced_by_file, replaced_by_pipe, replaced_by_loop]


@pytest.mark.parametrize(
    "replace_it", [lambda _: None, Path.mkdir, replaced_by_file, replaced_by_pipe, replaced_by_loop]
)
@pytest.mark.parametrize("loop", [True, False])
def test_a_folder_that_vanishes_or_becomes_something_else_comes_back(play, photo_folder, replace_it, loop):
    recorder, folder = Recorder(), photo_folder(a=50)
    kept = folder.with_name("kept")
    thread = play(folder, recorder, photo_s=0.1, gap_s=0.0, loop=loop)
    wait_until(lambda: recorder.states[-1:] == [RUNNING if loop else ENDED], "photos")
    folder.rename(kept)
    replace_it(folder)
    wait_until(lambda: recorder.states[-1] is LOST, "the loss")
    wait_until(lambda: thread.status().failures >= 2, "attempts")
    folder.rename(folder.with_name("other")) if os.path.lexists(folder) else None
    kept.rename(folder)
    wait_until(lambda: recorder.states[-1] is not LOST, "the return")


@pytest.mark.parametrize(
    "replace_it", [lambda _: None, Path.mkdir, replaced_by_file, replaced_by_pipe, replaced_by_loop]
)
def test_a_film_that_becomes_something_else_comes_back(play, write_video, replace_it):
    recorder, film = Recorder(), write_video(frames=5, fps=60)
    kept = film.with_name("kept.webm")
    thread = play(film, recorder)
    wait_until(lambda: recorder.states == [RUNNING], "the film")
    film.rename(kept)
    replace_it(film)
    wait_until(lambda: thread.status().failures >= 2, "attempts")
    film.rename(film.with_name("other")) if os.path.lexists(film) else None
    kept.rename(film)
    wait_until(lambda: recorder.states == [RUNNING, LOST, RUNNING], "the return")


def test_what_a_folder_of_photos_may_hold_beside_photos(play, photo_folder):
    folder = photo_folder(z=50)
    os.mkfifo(folder / "a.jpg")
    (folder / "b.jpg").mkdir()
    (folder / "c.jpg").symlink_to("c.jpg")
    (folder / "d.jpg").symlink_to("/proc/self/mem")  # reading it is an input/output error
    (folder / "e.jpg").symlink_to("/dev/zero")
    with (folder / "f.jpg").open("wb") as sparse:
        sparse.truncate(6 << 30)
    (folder / "g\n\x1b[31m.jpg").touch()
    Path(os.fsdecode(os.fsencode(folder) + b"/Jos\xe9.jpg")).touch()
    recorder = Recorder()
    play(folder, recorder, photo_s=0.1, gap_s=0.0)
    wait_until(lambda: len(recorder.stamps_ns) >= 9, "three rounds")
    told = sorted(Path(notice.text.partition(": ")[0]).name for notice in recorder.of(Notice))
    assert told == ["Jos\\udce9.jpg", "d.jpg", "f.jpg", "g\\n\\x1b[31m.jpg"]
    assert "at most 67,108,864 bytes" in next(each.text for each in recorder.of(Notice) if "f.jpg" in each.text)
    assert all(notice.text.isprintable() for notice in recorder.of(Notice)) and recorder.states == [RUNNING]


@pytest.mark.parametrize("interval_s", [0.0, 0.02])
def test_an_address_of_a_single_picture_is_one_source_that_runs(play, serve, jpeg, interval_s):
    def answer(request, number):
        time.sleep(interval_s)
        request.begin(Content_Type="image/jpeg", Content_Length=len(jpeg(40)))
        request.wfile.write(jpeg(40))

    recorder = Recorder()
    with serve(answer) as server:
        thread = play(f"{server.address}/snap.jpg", recorder, fps=25.0)
        wait_until(lambda: len(recorder.stamps_ns) >= 20, "twenty pictures")
        assert recorder.states == [RUNNING] and thread.status().reconnects == 0
        thread.stop()
