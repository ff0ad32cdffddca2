"""What the tests of the selector share: images in short notation, and what it says to them."""

from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange
from ad_selector.selector import Selector
from signage_common.stamps import ns_to_seconds

START_NS = 1_795_334_399_123_456_789
CAMPAIGNS = {
    "scent": {"creatives": ["perfume"], "target": {"gender": "female"}, "priority": 10},
    "run": {"creatives": ["trainers"], "target": {"gender": "male"}, "priority": 10},
    "morning": {"creatives": ["coffee"]},
}


def told_of(outputs):
    lines = []
    for output in outputs:
        is_change = isinstance(output, PresenceChange)
        stamp_ns = output.stamp_ns if is_change else output.captured_ns
        what = (output.event.name, output.estimation) if is_change else ("ad", output.campaign or "fallback")
        lines.append((round(ns_to_seconds(stamp_ns - START_NS), 3), *what))
    return lines


def make(catalogue, **params):
    return Selector("deeplens1", AdSelectorParams(**params), catalogue, START_NS)


def steady(*faces, start=0.0, end=2.0):
    return [(round(start + index / 10, 3), *faces) for index in range(round((end - start) * 10) + 1)]


def ads_of(told_lines):
    return [(time_s, name) for time_s, what, name in told_lines if what == "ad"]
