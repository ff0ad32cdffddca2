from signage_demo.events import Arrival, Decision, EventCounts, Play


def decision(episode, delay_ms=0.0):
    return Decision(episode, "20f", "trainers", "spring", "because", delay_ms)


def test_nothing_happened():
    assert EventCounts().summary() == "0 episodes, 0 decisions, 0 plays"


def test_episodes_decisions_and_plays_are_counted_and_fallbacks_are_not():
    counts = EventCounts()
    for event in (
        decision("", 5000.0), Arrival("e1"), decision("e1", 40.0), Play("lobby", "trainers", "e1"), decision("", 1.0),
        Arrival("e2"), decision("e2", 60.0), decision("e3", 500.0),
    ):  # fmt: skip
        counts.add(event)
    assert counts.summary() == "3 episodes, 3 decisions, 1 play; from image to decision 60 ms at the median"
