"""What a test of an own recording needs, without ROS: ``from signage_bags.testing import decide_recording``."""

from __future__ import annotations

import pytest

from signage_bags.decide import decide_bag

__all__ = ["decide_recording"]


@pytest.fixture
def decide_recording(request):
    """Decide a bag: ``decide_recording("monday", catalog="ads.yaml")``; paths are relative to the test's file.

    Further arguments and the result are those of ``signage_bags.decide.decide_bag``.
    """

    def decide(bag, **arguments):
        folder = request.path.parent
        paths = {name: folder / arguments.pop(name) for name in ("catalog", "media_root") if name in arguments}
        return decide_bag(folder / bag, **paths, **arguments)

    return decide
