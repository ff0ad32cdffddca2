"""A journal of believable days, the same for the same seed: for tests, measurements and the picture in the README."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from signage_common.histogram import histogram
from signage_common.stamps import NS_PER_S, ns_to_seconds, seconds_to_ns
from signage_journal.schema import decisions, episodes, plays
from sqlalchemy import Connection, Table

Row = dict[str, Any]

OPENS_H, CLOSES_H = 8, 21
_BUSY = (0.4, 0.5, 0.6, 0.8, 1.5, 1.4, 0.9, 0.8, 0.9, 1.3, 1.8, 1.4, 0.7)
"""How busy each hour is from opening to closing, about 1 on average."""
_WEEKDAYS = (0.9, 0.85, 0.9, 1.0, 1.2, 1.35, 0.8)
_CROWDS = ((1, 62), (2, 26), (3, 8), (4, 4))
_SEGMENTS = (
    *(("unknown", 22), ("20f", 15), ("20m", 13), ("30f", 13), ("30m", 12), ("40f", 8), ("40m", 7)),
    *(("50f", 4), ("50m", 4), ("60f", 2), ("60m", 2), ("70m", 1)),
)
_CAMPAIGNS = (
    ("spring-run", ("trainers", "trainers-short"), ("20f", "20m", "30m")),
    ("evening-scent", ("scent",), ("20f", "30f", "40f", "50f")),
    ("new-sound", ("headphones",), ("20m", "30f", "30m", "40m")),
    ("city-bank", ("savings", "pension"), ("40f", "40m", "50m", "60f", "60m", "70m")),
    ("everybody-coffee", ("coffee",), ()),
)
"""Campaign, its creatives, and which segments it is for; for everybody where none is named."""
_HOUSE = ("house-loop", 20.0)
_CREATIVE_S = 8.0
_SCREENS = ("entrance", "lobby")
_OFTEN = 0.8
_CLEAN, _BROKEN = 0.995, 0.002
_BATCH = 20_000


@dataclass(frozen=True)
class Scene:
    """What the journal is to tell of.

    Attributes:
        first_day: its first day.
        days: how many.
        devices: how many cameras, each with two screens.
        episodes_per_hour: on average, for each camera, while it is open.
        seed: of all that is drawn.
        timezone: in which the days are.
    """

    first_day: datetime.date
    days: int = 7
    devices: int = 1
    episodes_per_hour: float = 20.0
    seed: int = 1
    timezone: str = "UTC"


def fill(connection: Connection, scene: Scene, most_plays: int | None = None) -> int:
    """Write a scene's episodes, decisions and plays into the empty tables of a journal.

    Args:
        connection: to the journal; what is written is not committed.
        scene: what to tell of.
        most_plays: stop at so many plays; all of the scene where none is given.

    Returns:
        How many plays were written.
    """
    waiting: dict[str, list[Row]] = {table.name: [] for table in (episodes, decisions, plays)}
    written = 0
    for table, row in rows_of(scene):
        if table is plays:
            if written == most_plays:
                break
            written += 1
        rows = waiting[table.name]
        rows.append(row)
        if len(rows) == _BATCH:
            connection.execute(table.insert(), rows)
            rows.clear()
    for table in (episodes, decisions, plays):
        if waiting[table.name]:
            connection.execute(table.insert(), waiting[table.name])
    return written


def rows_of(scene: Scene) -> Iterator[tuple[Table, Row]]:
    """Return the rows of a scene, each with the table that it belongs to."""
    rng = random.Random(scene.seed)
    for day in range(scene.days):
        date = scene.first_day + datetime.timedelta(days=day)
        for number in range(1, scene.devices + 1):
            yield from _Day(f"deeplens{number}", date, scene, rng).rows()


class _Day:
    """One day of one camera and its screens."""

    def __init__(self, device: str, date: datetime.date, scene: Scene, rng: random.Random) -> None:
        self._device, self._date, self._rng = device, date, rng
        self._zone = ZoneInfo(scene.timezone)
        self._rate = scene.episodes_per_hour * _WEEKDAYS[date.weekday()]
        self._plays = 0

    def rows(self) -> Iterator[tuple[Table, Row]]:
        """Return what happened, from opening to closing."""
        free_ns = self._at(OPENS_H, 0.0)
        for start_ns in self._arrivals():
            if start_ns <= free_ns:
                continue
            yield from self._house(free_ns, start_ns)
            episode = self._episode(start_ns)
            yield episodes, episode
            yield from self._answer(episode)
            free_ns = episode["ended_ns"] + NS_PER_S
        yield from self._house(free_ns, self._at(CLOSES_H, 0.0))

    def _at(self, hour: int, second: float) -> int:
        moment = datetime.datetime.combine(self._date, datetime.time(hour), self._zone)
        return int(moment.timestamp()) * NS_PER_S + seconds_to_ns(second)

    def _arrivals(self) -> Iterator[int]:
        for hour, busy in enumerate(_BUSY, OPENS_H):
            count = round(self._rng.gauss(self._rate * busy, math.sqrt(self._rate * busy)))
            yield from sorted(self._at(hour, self._rng.uniform(0, 3600)) for _ in range(count))

    def _episode(self, start_ns: int) -> Row:
        rng = self._rng
        watchers = _draw(rng, _CROWDS) if rng.random() < 0.93 else 0
        in_sight = _draw(rng, _CROWDS) if watchers == 0 or rng.random() < 0.3 else 0
        dwells = [min(rng.lognormvariate(2.0, 0.9), 600.0) for _ in range(watchers)]
        attentions = [dwell_s * rng.betavariate(2.2, 1.8) for dwell_s in dwells]
        length_s = max([*dwells, rng.uniform(1.0, 4.0)]) * rng.uniform(1.0, 1.2)
        stamp = datetime.datetime.fromtimestamp(start_ns // NS_PER_S, datetime.timezone.utc)
        return {
            "episode": f"{self._device}-{stamp:%Y%m%dT%H%M%S}.{start_ns % NS_PER_S // 1000:06d}Z",
            "device": self._device,
            "started_ns": start_ns,
            "ended_ns": start_ns + seconds_to_ns(length_s),
            "estimation": _draw(rng, _SEGMENTS),
            "watchers": watchers,
            "in_sight": in_sight,
            "still_faces": int(rng.random() < 0.02),
            "dwell_s": length_s,
            "attention_s": min(max(attentions, default=0.0) * 1.1, length_s),
            "dwell_histogram": _text(dwells),
            "attention_histogram": _text(attentions),
        }

    def _answer(self, episode: Row) -> Iterator[tuple[Table, Row]]:
        rng = self._rng
        campaign, creative = _choose(rng, episode["estimation"])
        captured_ns = episode["started_ns"] + seconds_to_ns(rng.uniform(0.3, 0.6))
        decided_ns = captured_ns + seconds_to_ns(rng.uniform(0.05, 0.12))
        yield (
            decisions,
            {
                "decision": f"{episode['episode']}/{captured_ns}/{creative}",
                **{name: episode[name] for name in ("device", "episode", "estimation")},
                "arrived_ns": episode["started_ns"],
                "captured_ns": captured_ns,
                "decided_ns": decided_ns,
                "campaign": campaign,
                "creative": creative,
                "catalogue": "0123456789abcdef",
                "reason": f"{episode['estimation']}: {campaign} of the highest priority",
            },
        )
        for screen in _SCREENS:
            start_ns = decided_ns + seconds_to_ns(rng.lognormvariate(-2.9, 0.35))
            while start_ns < episode["ended_ns"]:
                end_ns = min(start_ns + seconds_to_ns(_CREATIVE_S), episode["ended_ns"])
                yield plays, self._play(screen, creative, campaign, episode["episode"], start_ns, end_ns)
                start_ns = end_ns

    def _house(self, start_ns: int, end_ns: int) -> Iterator[tuple[Table, Row]]:
        creative, length_s = _HOUSE
        for screen in _SCREENS:
            now_ns = start_ns
            while now_ns < end_ns:
                next_ns = min(now_ns + seconds_to_ns(length_s), end_ns)
                yield plays, self._play(screen, creative, "", "", now_ns, next_ns, length_s)
                now_ns = next_ns

    def _play(
        self,
        screen: str,
        creative: str,
        campaign: str,
        episode: str,
        start_ns: int,
        end_ns: int,
        length_s: float = _CREATIVE_S,
    ) -> Row:
        self._plays += 1
        outcome = "completed" if ns_to_seconds(end_ns - start_ns) >= length_s else "interrupted"
        row = {
            "play_id": f"{self._device}-{screen}-{self._date:%Y%m%d}-{self._plays}",
            "device": self._device,
            "screen": f"{self._device}-{screen}",
            "creative": creative,
            "campaign": campaign,
            "episode": episode,
            "outcome": outcome,
            "detail": "",
            "started_ns": start_ns,
            "ended_ns": end_ns,
        }
        luck = self._rng.random()
        if luck < _BROKEN:
            row |= {"outcome": "failed", "started_ns": None, "detail": "the film could not be decoded"}
        elif luck > _CLEAN:
            row |= {"outcome": "started", "ended_ns": None}
        return row


def _draw(rng: random.Random, weighted: Sequence[tuple[Any, int]]) -> Any:
    values, weights = zip(*weighted, strict=True)
    return rng.choices(values, weights)[0]


def _choose(rng: random.Random, estimation: str) -> tuple[str, str]:
    aimed = [campaign for campaign in _CAMPAIGNS if estimation in campaign[2]]
    campaign = rng.choice(aimed) if aimed and rng.random() < _OFTEN else _CAMPAIGNS[-1]
    return campaign[0], rng.choice(campaign[1])


def _text(durations_s: Sequence[float]) -> str:
    return ",".join(map(str, histogram(durations_s)))
