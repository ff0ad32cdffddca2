"""The bags of this folder: the faces of the selector's tables, and the decisions that must come of them."""

from dataclasses import replace

import pytest
from signage_bags.bag_reader import open_bag
from signage_bags.comparison import Circumstances, compare
from signage_bags.decide import decide_bag
from signage_bags.decision_files import decisions_text
from signage_bags.recorded_types import RecordedType

pytestmark = pytest.mark.replay

LARGEST_BYTES = 150_000
SCENES = [
    *("demo-film", "crossing", "crossing-majority", "crossing-longest", "passers-by", "poster"),
    *("long-stay", "long-stay-next", "clock"),
]


def test_every_scene_is_here(making):
    assert list(making.SCENES) == SCENES
    assert {path.stem for path in making.TABLES.glob("*.csv")} == {table for table, _ in making.SCENES.values()}


@pytest.mark.parametrize("scene", SCENES)
def test_a_bag_holds_what_its_table_says(scene, making, tmp_path):
    """Run ``streams/make.py`` again after a table, or a field of the message, has changed."""
    with open_bag(making.HERE / scene) as kept, open_bag(making.write_bag(scene, tmp_path)) as made:
        assert [(each.log_ns, each.data) for each in kept.messages()] == [
            (each.log_ns, each.data) for each in made.messages()
        ]
        (channel,), (made_channel,) = kept.channels, made.channels
        assert replace(channel, definition="") == replace(made_channel, definition="")
        assert RecordedType(channel).difference == ""
        assert (kept.custom_data, kept.problem) == (made.custom_data, "")
    assert sum(path.stat().st_size for path in (making.HERE / scene).iterdir()) < LARGEST_BYTES


@pytest.mark.parametrize("scene", SCENES)
def test_a_bag_leads_to_the_same_decisions(scene, making, ads):
    decided = decide_bag(making.HERE / scene, ads)
    assert decided.decisions
    assert decisions_text(decided.decisions, ()) == (making.HERE / f"{scene}.json").read_text()


@pytest.mark.parametrize("scene", SCENES)
def test_the_decisions_are_those_of_the_table(scene, making, ads):
    """They are read from a float32 where the table has decimals, which changes nothing."""
    lines = (making.TABLES / f"{scene}.txt").read_text().splitlines()
    ads_told = [line.split(" ", 3)[3] for line in lines if " AD " in line and " AD 0 " not in line]
    decisions = decide_bag(making.HERE / scene, ads).decisions
    told = [f"{each.campaign or 'fallback'} {each.creative} for {each.episode}: {each.reason}" for each in decisions]
    assert told == ads_told


@pytest.mark.graph
def test_real_nodes_say_the_same_at_four_times_the_speed(making, ads, replay_recording):
    decided = decide_bag(making.HERE / "passers-by", ads)
    heard = replay_recording(making.HERE / "passers-by", ads, rate=4.0)
    assert heard.decisions and heard.events
    assert compare(heard, decided.decided, Circumstances(decided.timeline, decided.catalogue.digest)) == []
