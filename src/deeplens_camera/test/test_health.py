import pytest
from deeplens_camera.health import Level, report
from deeplens_camera.state import StateKeeper
from deeplens_camera.statistics import Counters


def keeper_in(*events):
    keeper = StateKeeper()
    for event, *reason in events:
        getattr(keeper, event)(*reason)
    return keeper


@pytest.mark.parametrize(
    ("events", "fps", "level", "message"),
    [
        ([], 0.0, Level.WARN, "waiting: not opened yet"),
        ([("failed", "no camera")], 0.0, Level.WARN, "waiting: no camera"),
        ([("frame_came",)], 30.0, Level.OK, "running: frames come"),
        ([("frame_came",)], 0.1, Level.WARN, "running: but no frame came lately"),
        ([("frame_came",), ("failed", "cable out")], 3.0, Level.ERROR, "lost: cable out"),
        ([("frame_came",), ("ended", "played")], 0.0, Level.WARN, "ended: played"),
    ],
)
def test_level_and_line(events, fps, level, message):
    told = report("film", keeper_in(*events), Counters(captured=5), fps)
    assert (told.level, told.message) == (level, message)


def test_figures():
    counters = Counters(captured=9, published_raw=1, published_compressed=2, skipped_late=3, skipped_rate=4, broken=5)
    values = report("film", keeper_in(("frame_came",)), counters, 29.97).values
    assert values == {
        "source": "film",
        "state": "running",
        "fps": "30.0",
        "captured": 9,
        "published_raw": 1,
        "published_compressed": 2,
        "skipped_late": 3,
        "skipped_rate": 4,
        "broken": 5,
        "reconnects": 0,
    }
