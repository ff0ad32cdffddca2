"""The demo's catalogue, wherever the whole project is at hand."""

from pathlib import Path

import pytest
from ad_selector.choice import History, choose_ad
from ad_selector.segment import Audience, segment_of_estimation
from signage_catalogue import load_catalogue

DEMO = Path(__file__).parents[3] / "launch/demo/ads.yaml"
FILMS = ("house-loop", "trainers", "perfume", "watch", "headphones", "coffee")


@pytest.fixture
def demo(tmp_path, media_folder):
    if not DEMO.exists():
        pytest.skip(f"{DEMO} is missing: the package lies outside the project")
    for name in FILMS:
        (tmp_path / f"{name}.webm").write_bytes((media_folder / "film.webm").read_bytes())
    (tmp_path / "ads.yaml").write_bytes(DEMO.read_bytes())
    return load_catalogue(tmp_path / "ads.yaml")


def chosen(catalogue, estimation):
    """Return the creatives that an estimation gets over many episodes."""
    segment = segment_of_estimation(estimation, 16.0)
    audiences = [Audience("deeplens1", segment, 1, f"episode {index}") for index in range(60)]
    return {choose_ad(audience, catalogue, History(), 1_795_334_399_000_000_000).creative for audience in audiences}


def test_it_names_every_film_of_the_set_up(demo):
    assert set(demo.creatives) == set(FILMS) and demo.fallback == ("house-loop",)
    assert {creative.duration_s for name, creative in demo.creatives.items() if name != "house-loop"} == {8.0}


@pytest.mark.parametrize(
    ("estimation", "creatives"),
    [
        ("20f", {"perfume", "headphones"}),
        ("30f", {"perfume", "headphones"}),
        ("20m", {"trainers", "headphones"}),
        ("30m", {"trainers", "headphones"}),
        ("40f", {"watch"}),
        ("60m", {"watch"}),
        ("90f", {"watch"}),
        ("10f", {"coffee"}),
        ("0m", {"coffee"}),
        ("unknown", {"coffee"}),
    ],
)
def test_who_gets_what(demo, estimation, creatives):
    assert chosen(demo, estimation) == creatives


def test_nobody_gets_the_fallback(demo):
    lowest = min(demo.campaigns.values(), key=lambda campaign: campaign.priority)
    assert not lowest.target.is_personal and not lowest.dayparts and lowest.cap is None and not lowest.target.devices
    assert sum(campaign.priority == lowest.priority for campaign in demo.campaigns.values()) == 1
