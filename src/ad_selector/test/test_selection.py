from dataclasses import replace

from ad_selector.choice import Choice
from ad_selector.segment import Audience
from ad_selector.selection import chosen_selection, house_selection


def test_the_house_playlist(make_catalogue):
    selection = house_selection(make_catalogue({}, fallback=("h1", "h2")), "nobody", 7)
    assert selection.is_fallback and (selection.episode, selection.campaign, selection.estimation) == (
        "",
        "",
        "unknown",
    )
    assert [creative.name for creative in selection.playlist] == ["h1", "h2"]
    assert (selection.creative.name, selection.duration_s, selection.arrived_ns) == ("h1", 16.0, 0)


def test_a_chosen_creative_and_a_choice_of_nothing(make_catalogue, segment):
    catalogue = make_catalogue({"x": {"creatives": ["film"]}})
    audience = Audience("deeplens1", segment("f25"), 1, "e1")
    chosen = chosen_selection(Choice("x", "film", "because"), audience, catalogue, 1, 2, 1)
    assert not chosen.is_fallback and [creative.name for creative in chosen.playlist] == ["film"]
    assert (chosen.episode, chosen.estimation, chosen.arrived_ns, chosen.captured_ns) == ("e1", "20f", 1, 2)
    nothing = chosen_selection(Choice("", "", "none"), audience, catalogue, 1, 2, 1)
    assert nothing.is_fallback and nothing.episode == "e1" and nothing.playlist == catalogue.house_playlist
    assert chosen.catalogue == nothing.catalogue == catalogue.digest == "c" * 16
    assert not chosen.shows_same(nothing) and chosen.shows_same(replace(chosen, reason="other", captured_ns=9))
