"""The decisions that recorded images lead to, without a clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ad_selector.selector import Output, Selector
from ad_selector.settings import Settings
from ad_selector.sight import Frame
from signage_catalogue import Catalogue


def replay(frames: Iterable[Frame], catalogue: Catalogue, settings: Settings) -> Iterator[Output]:
    """Yield every change of presence and every selection, as the running selector would have.

    The start is taken to be the first image, and silence of ``vanish_s`` is taken to follow the last one.
    """
    selector: Selector | None = None
    last_ns = 0
    for frame in frames:
        if selector is None:
            selector = Selector(catalogue, settings, frame.stamp_ns)
            yield selector.shown
        yield from selector.see(frame)
        last_ns = frame.stamp_ns
    if selector is not None:
        yield from selector.wait(last_ns + round((settings.vanish_s + 1) * 1e9))
