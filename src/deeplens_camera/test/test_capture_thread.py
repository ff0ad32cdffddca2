import shutil
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from deeplens_camera.capture_thread import DroppedFrame, Notice
from deeplens_camera.health import SourceState
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.synthetic import SyntheticSource
from recording import ENDED, LOST, RUNNING, SMALL, Recorder, SteppedClock
from signage_common.process_testing import wait_until
from signage_common.stamps import ns_to_seconds, seconds_to_ns


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


@pytest.mark.fault
@pytest.mark.parametrize("jump_s", [-3600, 3600, 1e9])
def test_a_clock_that_is_set_changes_stamps_and_nothing_else(play, write_video, jump_s):
    recorder, clock = Recorder(), SteppedClock()
    offset_ns = [0]
    clock.epoch_ns = lambda: seconds_to_ns(clock.now_s) + offset_ns[0] + seconds_to_ns(10_000)
    thread = play(write_video(frames=20, fps=30), recorder, clock=clock)
    wait_until(lambda: len(recorder.stamps_ns) >= 30, "a round and a half")
    offset_ns[0] = seconds_to_ns(jump_s)
    came = len(recorder.stamps_ns) + 1
    wait_until(lambda: len(recorder.stamps_ns) >= came + 30, "more")
    gaps_s = [ns_to_seconds(b - a) for a, b in pairwise(recorder.stamps_ns[: came + 30])]
    jumps = [gap for gap in gaps_s if abs(gap - 1 / 30) > 0.001]
    assert jumps == pytest.approx([jump_s + 1 / 30]) and recorder.states == [RUNNING]
    assert thread.status().frames.skipped_late == 0


@pytest.mark.fault
def test_parameters_act_while_a_source_runs(run):
    recorder, clock = Recorder(), SteppedClock()
    sizes = []
    recorder.publish = lambda frame, captured_ns: (sizes.append(frame.size), recorder.stamps_ns.append(captured_ns))
    thread = run(SyntheticSource, recorder, clock=clock, params=SMALL)
    wait_until(lambda: len(sizes) >= 5, "frames")
    thread.configure(replace(SMALL, width=32, height=24, fps=10.0))
    wait_until(lambda: sizes[-1] == (32, 24), "another size")
    came = len(recorder.stamps_ns) + 1
    wait_until(lambda: len(recorder.stamps_ns) > came + 5, "frames at another rate")
    gaps_s = [ns_to_seconds(b - a) for a, b in pairwise(recorder.stamps_ns[came : came + 5])]
    assert gaps_s == pytest.approx([0.1] * 4)
    assert recorder.states == [RUNNING]


@pytest.mark.fault
def test_a_film_that_has_ended_begins_again_when_it_is_to_loop(play, write_video):
    recorder = Recorder()
    thread = play(write_video(frames=5, fps=60), recorder, loop=False)
    wait_until(lambda: recorder.states == [RUNNING, ENDED], "the end")
    thread.configure(CameraParams(loop=True))
    wait_until(lambda: thread.status().frames.captured > 20 and recorder.states == [RUNNING, ENDED, RUNNING], "rounds")


@pytest.mark.fault
def test_a_slide_show_takes_other_times_at_once(play, photo_folder):
    recorder, clock = Recorder(), SteppedClock()
    shown = []
    recorder.publish = lambda frame, captured_ns: shown.append(int(frame.image_bgr[0, 0, 0]))
    params = {"width": 64, "height": 48, "gap_s": 0.0}
    thread = play(photo_folder(a=50, b=200), recorder, clock=clock, photo_s=3600.0, **params)
    wait_until(lambda: len(shown) >= 5, "the first photo")
    assert set(shown) == {50}
    thread.configure(CameraParams(photo_s=0.2, fps=5.0, **params))
    wait_until(lambda: shown[-4:] in ([50, 200, 50, 200], [200, 50, 200, 50]), "a photo a frame")
