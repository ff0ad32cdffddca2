"""The words on a demo creative."""

from __future__ import annotations

from dataclasses import dataclass

from signage_demo.media.creatives_paint import SANS, SANS_BOLD, Canvas, FloatArray, box, lettering, oval, solid
from signage_demo.media.creatives_stage import Frame, Sprite, alternate

LEFT = 84


@dataclass(frozen=True)
class Style:
    """The typography of one creative."""

    ink: str
    accent: str
    headline_font: str = SANS_BOLD
    headline_px: float = 92
    tracking: float = -0.02
    condense: float = 0.84


class Copy:
    """The words of one creative: name, two changing headlines of two lines, and a line with the place."""

    def __init__(self, style: Style, name: str, headlines: tuple[tuple[str, str], tuple[str, str]], place: str) -> None:
        self._px = style.headline_px
        self._name = Sprite(lettering(name, SANS_BOLD, 32, solid(style.accent), 0.26, 0.9))
        self._upper, self._lower = (
            [
                Sprite(
                    lettering(
                        lines[row], style.headline_font, self._px, solid(style.ink), style.tracking, style.condense
                    )
                )
                for lines in headlines
            ]
            for row in range(2)
        )
        self._place = Sprite(_pill(place, style))

    def put(self, frame: Frame, phase: float) -> None:
        """Lay the words over a frame."""
        self._name.put(frame, (LEFT + self._name.width / 2, 112))
        alternate(frame, phase, self._upper, LEFT - 8, 280, 0.0)
        alternate(frame, phase, self._lower, LEFT - 8, 280 + self._px * 1.12, 0.012)
        self._place.put(frame, (LEFT + self._place.width / 2, 608))


def _pill(text: str, style: Style) -> FloatArray:
    words = lettering(text, SANS, 25, solid(style.ink), 0.01, 0.92)
    height, width = 60, words.shape[1] + 86
    shape = Canvas(width, height).stroke(box(2, 2, width - 4, height - 4, 28), 2, solid(style.ink), 0.55, closed=True)
    shape.fill(oval(34, 30, 7, 7), solid(style.accent))
    top = (height - words.shape[0]) // 2
    ground = shape.rgba[top : top + words.shape[0], 54 : 54 + words.shape[1]]
    ground[:] = words + ground * (1 - words[..., 3:])
    return shape.rgba
