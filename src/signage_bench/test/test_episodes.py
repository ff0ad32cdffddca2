import dataclasses

import pytest
from ad_selector.presence import PresenceEvent
from bench_records import frame, ns, play, presence, selection, two_episodes
from signage_bench.episodes import (
    arrival_ns,
    complete_episodes,
    decisions_per_episode,
    trace_decisions,
    visible_periods,
)
from signage_bridge.playback import PlaybackEvent


def test_each_targeted_decision_is_joined_with_what_followed():
    first, second = trace_decisions(two_episodes())
    assert (first.selection.episode, second.selection.episode) == ("first", "second")
    assert first.frame.stamp_ns == ns(1500) and first.arrival_ns == ns(1000)
    assert first.received_ns == ns(1574) and first.painted_ns == ns(1650)


def test_decisions_outside_of_the_measurement_do_not_count():
    recording = two_episodes()
    recording.window_ns = ns(2000), ns(10_000)
    assert [decision.selection.episode for decision in trace_decisions(recording)] == ["second"]


def test_a_decision_that_was_never_painted_or_received_stays_without():
    recording = two_episodes()
    recording.plays = [play(1700, "first", "trainers", PlaybackEvent.FAILED), play(1650, "first", "watch")]
    recording.receipts = []
    first = trace_decisions(recording)[0]
    assert first.painted_ns is None and first.received_ns is None


def test_a_play_before_the_frame_is_not_its_answer():
    recording = two_episodes()
    recording.plays.insert(0, play(1400, "first", "trainers"))
    assert trace_decisions(recording)[0].painted_ns == ns(1650)


def test_the_frame_may_have_been_missed():
    recording = two_episodes()
    recording.frames = [f for f in recording.frames if f.stamp_ns != ns(1500)]
    assert trace_decisions(recording)[0].frame is None


def test_arrival_is_the_first_frame_with_the_track_whatever_the_selector_says():
    recording = two_episodes()
    late = dataclasses.replace(recording.selections[0], arrived_ns=ns(1300))
    assert arrival_ns(recording, late) == ns(1000)


def test_a_track_that_lives_on_from_the_episode_before_does_not_make_the_arrival_earlier():
    recording = two_episodes()
    recording.frames = [dataclasses.replace(f, tracks=(7,)) if f.tracks else f for f in recording.frames]
    assert trace_decisions(recording)[1].arrival_ns == ns(6000)


def test_arrival_is_what_the_selector_says_where_the_frame_was_missed_or_had_no_track():
    recording = two_episodes()
    assert arrival_ns(recording, selection(1500, 1570, "first", arrived_ms=1050)) == ns(1050)
    recording.frames.append(frame(1060, [0]))
    assert arrival_ns(recording, selection(1500, 1570, "first", arrived_ms=1060)) == ns(1060)


def test_every_complete_episode_has_its_number_of_decisions():
    recording = two_episodes()
    assert decisions_per_episode(recording) == {"first": 1, "second": 1}
    recording.selections.append(selection(2500, 2560, "first", "watch", 1000))
    recording.selections = [s for s in recording.selections if s.episode != "second"]
    assert decisions_per_episode(recording) == {"first": 2, "second": 0}


@pytest.mark.parametrize(
    ("window", "expected"),
    [((0, 10_000), ["first", "second"]), ((1100, 10_000), ["second"]), ((0, 8999), ["first"]), ((1100, 8999), [])],
)
def test_episodes_cut_by_the_measurement_are_left_out(window, expected):
    recording = two_episodes()
    recording.window_ns = ns(window[0]), ns(window[1])
    assert complete_episodes(recording) == expected


def test_sight_is_from_the_first_frame_to_the_last_one_with_a_face():
    first, second = visible_periods(two_episodes())
    assert (first.first_ns, first.last_ns, first.frames) == (ns(1000), ns(3000), 21)
    assert first.frames_per_s == second.frames_per_s == 10.0


def test_frames_without_a_face_within_sight_were_analysed_too():
    recording = two_episodes()
    recording.frames[4] = dataclasses.replace(recording.frames[4], tracks=())
    assert visible_periods(recording)[0].frames == 21


def test_an_episode_of_one_frame_has_no_rate():
    recording = two_episodes()
    recording.frames = [frame(1000, [7])]
    recording.presence = [
        presence(1000, 1000, "first", PresenceEvent.STARTED),
        presence(2000, 1000, "first", PresenceEvent.ENDED),
    ]
    assert visible_periods(recording) == []
