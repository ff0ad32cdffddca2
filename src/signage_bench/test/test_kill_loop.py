from collections import Counter

from signage_bench.kill_loop import LONGEST_PAUSE_S, VICTIMS, plan_kills


def test_each_has_its_turn_in_every_round():
    victims = [kill.victim for kill in plan_kills(31, seed=4)]
    assert all(set(victims[begin : begin + 3]) == set(VICTIMS) for begin in range(0, 30, 3))
    assert max(Counter(victims).values()) == 11


def test_moments_are_the_same_for_the_same_seed_and_spread_over_the_whole_span():
    pauses = [kill.after_s for kill in plan_kills(300, seed=4)]
    assert pauses == [kill.after_s for kill in plan_kills(300, seed=4)]
    assert pauses != [kill.after_s for kill in plan_kills(300, seed=5)]
    assert 0 < min(pauses) < 0.1 and LONGEST_PAUSE_S - 0.1 < max(pauses) <= LONGEST_PAUSE_S
