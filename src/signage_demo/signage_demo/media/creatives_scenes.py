"""The demo creatives: what each shows, in which colours, and how it moves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from signage_demo.media import creatives_products as products
from signage_demo.media.creatives_copy import Copy, Style
from signage_demo.media.creatives_effects import Ripples, Steam
from signage_demo.media.creatives_paint import (
    SERIF,
    SERIF_ITALIC,
    Canvas,
    linear,
    oval,
    solid,
    trace,
)
from signage_demo.media.creatives_stage import (
    Backdrop,
    Blob,
    Frame,
    Scene,
    Sprite,
    swing,
)


def house_loop() -> Scene:
    """Make the house loop: a calm greeting for when nobody is there."""
    backdrop = Backdrop(
        "#0b1026",
        [
            Blob("#2447c9", 0.35, 0.85, 0.75, 0.22),
            Blob("#12b5a6", 1.35, 0.95, 0.6, 0.24, 0.33),
            Blob("#5a2bd0", 1.5, 0.1, 0.65, 0.2, 0.6),
            Blob("#0b1026", 0.4, 0.3, 0.5, 0.08, 0.8),
        ],
    )
    copy = Copy(
        Style("#f4f7ff", "#7fe9dc", headline_px=104, condense=0.82),
        "WELCOME",
        (("Good to", "have you here."), ("Take your time,", "look around.")),
        "Open today until 22:00",
    )

    def draw(phase: float) -> Frame:
        frame = backdrop(phase)
        copy.put(frame, phase)
        return frame

    return draw


def trainers() -> Scene:
    """Make the trainers: a running shoe at speed on hot orange."""
    backdrop = Backdrop(
        "#e8380d",
        [
            Blob("#ff9a2e", 1.35, 0.4, 0.75, 0.1),
            Blob("#b3140a", 0.1, 1.0, 0.7, 0.12, 0.4),
            Blob("#ff5a1f", 0.5, 0.1, 0.6, 0.1, 0.7),
        ],
    )
    copy = Copy(Style("#fff8f2", "#ffd9a0"), "TRAINERS", (("Run", "lighter."), ("Go", "further.")), "Level 1, sports")
    shoe = Sprite(products.trainer())
    streak = Sprite(
        Canvas(420, 16).stroke(trace("M14,8 L406,8"), 6, linear((0, 0), (420, 0), "#ffb070", "#fff0d8"), 0.5).rgba
    )
    lanes = [(0.05, 170, 2, 0.8), (0.45, 262, 3, 0.5), (0.8, 470, 2, 0.7), (0.3, 556, 3, 1.0), (0.62, 640, 2, 0.6)]

    def draw(phase: float) -> Frame:
        frame = backdrop(phase)
        for start, y, turns, strength in lanes:
            travel = (start + turns * phase) % 1.0
            streak.put(frame, (1900 - travel * 1900, y), alpha=0.75 * strength * math.sin(math.pi * travel))
        shoe.put(frame, (872 + 10 * swing(phase, 2), 372 + 12 * swing(phase, 4)), 1.06, -12 + 3 * swing(phase, 4, 0.15))
        copy.put(frame, phase)
        return frame

    return draw


def perfume() -> Scene:
    """Make the perfume: a bottle in a drifting mist on rose."""
    backdrop = Backdrop(
        "#f9dbe4",
        [
            Blob("#fff4ee", 1.3, 0.35, 0.6, 0.12),
            Blob("#f3a6c0", 0.15, 0.95, 0.75, 0.12, 0.3),
            Blob("#e8b9dc", 1.6, 0.95, 0.6, 0.12, 0.65),
        ],
    )
    style = Style("#5c1236", "#b0436f", SERIF_ITALIC, 112, -0.01, 1.0)
    copy = Copy(style, "PERFUME", (("The first", "impression"), ("that stays", "all evening.")), "Level 0, beauty")
    bottle = Sprite(products.perfume())
    mote = Sprite(Canvas(64, 64).fill(oval(32, 32, 12, 12), solid("#ffffff"), 0.9, blur=6).rgba)
    motes = np.random.default_rng(3).uniform(0, 1, (46, 4))

    def draw(phase: float) -> Frame:
        frame = backdrop(phase)
        bottle.put(frame, (940, 372 + 10 * swing(phase, 1)), 1.08, 2.2 * swing(phase, 1, 0.25))
        for x, y, size, shift in motes:
            rise = (y + phase) % 1.0
            place = (640 + 620 * x + 26 * swing(phase, 1, shift), 720 - 720 * rise)
            mote.put(frame, place, 0.25 + 0.8 * size, alpha=0.8 * math.sin(math.pi * rise))
        copy.put(frame, phase)
        return frame

    return draw


def watch() -> Scene:
    """Make the watch: a dial with a sweeping hand on deep green."""
    backdrop = Backdrop(
        "#061512",
        [
            Blob("#145443", 1.3, 0.45, 0.62, 0.08),
            Blob("#3c2c12", 0.2, 1.05, 0.6, 0.1, 0.4),
            Blob("#0a2b28", 0.5, 0.1, 0.5, 0.1, 0.7),
        ],
    )
    style = Style("#f6ead0", "#d8b068", SERIF, 108, 0.0, 0.98)
    copy = Copy(
        style, "WATCHES", (("Every second,", "yours."), ("Made to", "outlast trends.")), "Level 2, fine watches"
    )
    piece, hand = Sprite(products.watch()), Sprite(products.second_hand())

    def draw(phase: float) -> Frame:
        frame = backdrop(phase)
        piece.put(frame, (968, 360))
        hand.put(frame, (971, 366), 0.93, 360 * phase, 0.25)
        hand.put(frame, (968, 360), 0.93, 360 * phase)
        copy.put(frame, phase)
        return frame

    return draw


def headphones() -> Scene:
    """Make the headphones: rings of sound on electric violet."""
    backdrop = Backdrop(
        "#2a0f8f",
        [
            Blob("#6a2cff", 1.3, 0.5, 0.7, 0.1),
            Blob("#0d1a6b", 0.15, 0.1, 0.7, 0.12, 0.4),
            Blob("#c026d3", 0.35, 1.1, 0.55, 0.14, 0.7),
        ],
    )
    copy = Copy(
        Style("#ffffff", "#66f0ff"), "HEADPHONES", (("Hear", "only music."), ("Silence", "the rest.")), "Level 3, sound"
    )
    pair, rings = Sprite(products.headphones()), Ripples(948, 390, (255, 240, 110))

    def draw(phase: float) -> Frame:
        frame = backdrop(phase)
        rings.put(frame, phase, 4)
        pair.put(frame, (948, 372 + 9 * swing(phase, 2)), 0.98 + 0.012 * swing(phase, 4), 3 * swing(phase, 1))
        copy.put(frame, phase)
        return frame

    return draw


def coffee() -> Scene:
    """Make the coffee: a steaming cup on warm cream."""
    backdrop = Backdrop(
        "#f1dfc4",
        [
            Blob("#d9a566", 1.45, 0.95, 0.75, 0.08),
            Blob("#fff3df", 0.5, 0.2, 0.7, 0.1, 0.4),
            Blob("#b97a43", 1.7, 0.2, 0.55, 0.1, 0.7),
        ],
    )
    copy = Copy(
        Style("#3a1d0d", "#0f6a66"),
        "COFFEE",
        (("Freshly", "roasted."), ("Just two", "minutes.")),
        "Level 0, by the window",
    )
    cup, steam = Sprite(products.coffee()), Steam(772, 62)

    def draw(phase: float) -> Frame:
        frame = backdrop(phase)
        cup.put(frame, (958, 452), 0.98)
        steam.put(frame, phase)
        copy.put(frame, phase)
        return frame

    return draw


@dataclass(frozen=True)
class Creative:
    """One demo creative: how long it is and how its scene is made."""

    duration_s: int
    make_scene: Callable[[], Scene]


CREATIVES: Mapping[str, Creative] = {
    "house-loop": Creative(10, house_loop),
    "trainers": Creative(8, trainers),
    "perfume": Creative(8, perfume),
    "watch": Creative(8, watch),
    "headphones": Creative(8, headphones),
    "coffee": Creative(8, coffee),
}
