"""What a test needs that plays a recording to real nodes: somebody who listens, and a selector with a player."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_testing import Graph, graph
from signage_common.ros_topics import PRESENCE_QOS
from signage_msgs.msg import AdSelection, Presence

from signage_bags.bag_reader import open_bag
from signage_bags.convert import msg_to_decision, msg_to_event
from signage_bags.decisions import Outcome

__all__ = ["Listener", "graph", "replay", "replay_recording"]

ATTEMPTS = 5
"""`faces` is best effort: a machine that is busy elsewhere may lose an image, and then the bag is played again."""
_EVERY_AD_QOS = QoSProfile(depth=100, durability=DurabilityPolicy.TRANSIENT_LOCAL)
_SELECTOR = "from ad_selector.node import main; main()"
_PLAYER = "from signage_bags.ros_player import main; main()"


class Listener:
    """Hears what the selector of one device says."""

    def __init__(self, node: Node, device: str = "deeplens1") -> None:
        """Subscribe."""
        self._ads: list[Any] = []
        self._presence: list[Any] = []
        self._health: list[Any] = []
        self._name = f"{device}/ad_selector: "
        node.create_subscription(AdSelection, f"/{device}/ad", self._ads.append, _EVERY_AD_QOS)
        node.create_subscription(Presence, f"/{device}/presence", self._presence.append, PRESENCE_QOS)
        node.create_subscription(DiagnosticArray, "/diagnostics", self._hear_health, 10)

    def _hear_health(self, msg: Any) -> None:
        self._health += [status for status in msg.status if status.name.startswith(self._name)]

    @property
    def is_ready(self) -> bool:
        """Return whether the selector has said what it shows, and how it is."""
        return bool(self._ads and self._health)

    @property
    def images(self) -> int:
        """Return how many images the selector has read, as it said last."""
        values = {each.key: each.value for each in self._health[-1].values} if self._health else {}
        return int(values.get("frames", 0))

    @property
    def is_quiet(self) -> bool:
        """Return whether every episode that started has ended, and the house playlist is shown."""
        events = [each.event for each in self._presence]
        return events.count(Presence.STARTED) == events.count(Presence.ENDED) and not self._ads[-1].episode

    @property
    def outcome(self) -> Outcome:
        """Return what was decided and what happened, as ``decide_bag`` returns it."""
        names = Presence.get_fields_and_field_types()
        decisions = [msg_to_decision(msg) for msg in self._ads if msg.episode]
        return Outcome(decisions, [msg_to_event(msg, names) for msg in self._presence])


def replay(
    graph: Graph, bag: Path, catalog: Path, rate: float = 4.0, device: str = "deeplens1", **params: object
) -> Outcome:
    """Play a bag to a real selector, each a process of its own, and return what this says.

    Args:
        graph: in which they run.
        bag: the recording.
        catalog: the catalogue.
        rate: how many times as fast as it was recorded.
        device: its name.
        params: other parameters of the selector.

    Raises:
        TimeoutError: something did not come.
        RuntimeError: the machine is too busy: images were lost each time.
    """
    with open_bag(bag) as opened:
        images = sum(1 for _ in opened.messages([f"/{device}/faces"]))
    lost = 0
    for _ in range(ATTEMPTS):
        listener = Listener(graph.probe(device), device)
        _play_once(graph, listener, bag, rate, _selector(catalog, device, params))
        lost = images - listener.images
        if not lost:
            graph.spin_until(lambda heard=listener: heard.is_quiet, what="the end of the last episode")  # type: ignore[misc]
            return listener.outcome
    raise RuntimeError(f"{lost} of {images} images were lost, {ATTEMPTS} times over")


def _selector(catalog: Path, device: str, params: Mapping[str, object]) -> Sequence[str]:
    values = {"catalog": str(catalog), "use_sim_time": True, **params}
    return [sys.executable, "-c", _SELECTOR, "--ros-args", "-r", f"__ns:=/{device}", *_parameters(values)]


def _parameters(values: Mapping[str, object]) -> list[str]:
    return [word for name, value in values.items() for word in ("-p", f"{name}:={_text(value)}")]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _play_once(graph: Graph, listener: Listener, bag: Path, rate: float, selector: Sequence[str]) -> None:
    """Start a selector, play the bag, and wait until the selector has said how many images it has read."""
    values = {"bag": str(bag), "rate": rate, "clock": True}
    player = [sys.executable, "-c", _PLAYER, "--ros-args", *_parameters(values), "-p", "topics:=['faces']"]
    with ProgramUnderTest(selector, graph.env):
        graph.spin_until(lambda: listener.is_ready, what="the selector")
        with ProgramUnderTest(player, graph.env) as playing:
            graph.spin_until(lambda: playing.process.poll() is not None, 600.0, "the end of the bag")
            if playing.wait():
                raise RuntimeError(f"the player ended with status {playing.process.returncode}: {playing.errors}")
        told = len(listener._health)
        graph.spin_until(lambda: len(listener._health) > told, what="how many images were read")


@pytest.fixture
def replay_recording(graph: Graph, request: pytest.FixtureRequest) -> Iterator[Callable[..., Outcome]]:
    """Play a bag to a real selector: ``replay_recording("monday", catalog="ads.yaml", rate=4.0)``.

    Paths are relative to the test's file; further arguments and the result are those of ``replay``.
    """
    folder = request.path.parent

    def play(bag: Path | str, catalog: Path | str, **arguments: Any) -> Outcome:
        return replay(graph, folder / bag, folder / catalog, **arguments)

    yield play
