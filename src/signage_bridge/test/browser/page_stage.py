"""What stands around the page in these tests: films, the bridge's process, a probe, and the page in the browser."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from page_films import picture_track, webm
from signage_catalogue import load_catalogue
from signage_catalogue.catalogue import Creative
from signage_common.home import signage_home
from signage_common.process_testing import PATIENCE_S, ProgramUnderTest, free_ports, wait_until
from signage_common.ros_testing import Graph
from signage_common.ros_topics import AD_QOS, PLAYBACK_QOS, PRESENCE_QOS
from signage_common.sockets import is_listening
from signage_msgs.msg import AdPlayback, AdSelection, Presence

OTHER_HOST = "sign.test"  # the same machine under a name that is no secure context
SIZE = (320, 180)
FPS = 30
COLOURS = {"house": (150, 60, 20), "red": (40, 40, 220), "green": (60, 190, 40), "커피": (40, 200, 230)}  # BGR
PICTURE = (200, 60, 200)
LARGE_COLOUR = (200, 200, 60)
FILM_S = 2
LARGE = "large"
LARGE_BYTES = 2_000_000


def write_film(path: Path, colour: tuple[int, int, int]) -> None:
    """Write a film of one colour with a bar that moves."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"VP80"), FPS, SIZE)
    for index in range(FILM_S * FPS):
        frame = np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)
        left = 4 * index
        frame[-12:, left : left + 24] = 255
        writer.write(frame)
    writer.release()


def break_film(whole: bytes) -> bytes:
    """Return a film whose head is whole, but whose pictures can't be decoded."""
    start = whole.index(b"\x1f\x43\xb6\x75") + 24
    return whole[:start] + bytes(len(whole) - start)


def write_catalogue(folder: Path) -> Path:
    """Make a catalogue of plain films, one of many bytes, and a picture."""
    lines = ["version: 1", "timezone: Asia/Seoul", "fallback: [house]", "creatives:"]
    for index, (name, colour) in enumerate(COLOURS.items()):
        write_film(folder / f"{index}.webm", colour)
        lines.append(f"  {name}: {{file: {index}.webm, duration_s: {FILM_S}}}")
    film = webm([picture_track(FILM_S * FPS, SIZE, LARGE_COLOUR)], FILM_S * 1000, padding=LARGE_BYTES)
    (folder / "large.webm").write_bytes(film)
    lines.append(f"  {LARGE}: {{file: large.webm, duration_s: {FILM_S}}}")
    cv2.imwrite(str(folder / "picture.png"), np.full((180, 320, 3), PICTURE, np.uint8))
    lines.append("  picture: {file: picture.png, duration_s: 1}")
    path = folder / "ads.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def serve_instead(context: Any, creative: Creative, data: bytes) -> None:
    """Let the page get another content of a creative, such as one that the catalogue would refuse."""

    def change_manifest(route: Any) -> None:
        manifest = route.fetch().json()
        for entry in manifest["creatives"]:
            if entry["name"] == creative.name:
                entry.update(bytes=len(data), digest=hashlib.sha256(data).hexdigest()[:16])
        route.fulfill(json=manifest)

    context.route("**/manifest.json", change_manifest)
    context.route(f"**{creative.url}", lambda route: route.fulfill(body=data, content_type=creative.media_type))


class Bridge:
    """The bridge's process, which a test may stop and start again at the same ports."""

    def __init__(self, graph: Graph, catalogue: Path, **usual: object) -> None:
        """Take free ports; ``usual`` are parameters that it always has."""
        self._graph = graph
        self._catalogue = catalogue
        self._usual = usual
        self.http_port, self.rosbridge_port = free_ports(2)
        self._program: ProgramUnderTest | None = None
        self._is_usual = False

    def start(self, **more: object) -> None:
        """Start with more parameters than the usual ones, and wait until it listens."""
        self._is_usual = not more
        params = {
            "http_port": self.http_port,
            "rosbridge_port": self.rosbridge_port,
            "catalog": self._catalogue,
            "page_dir": signage_home() / "page",
            "allowed_hosts": f"[{OTHER_HOST}]",
            **self._usual,
            **more,
        }
        arguments = [part for name, value in params.items() for part in ("-p", f"{name}:={value}")]
        program = [sys.executable, "-c", "from signage_bridge.node import main; main()"]
        self._program = ProgramUnderTest(
            [*program, "--ros-args", "-r", "__ns:=/deeplens1", *arguments], self._graph.env
        )
        wait_until(self._listens, "the bridge's port")

    def ensure(self) -> None:
        """Have it run as usual, whatever a test did to it."""
        if self._program is None or not self._is_usual:
            self.stop()
            self.start()

    def stop(self) -> None:
        if self._program is not None:
            with self._program:
                self._program.end()
            self._program = None

    def kill(self) -> None:
        """End it at once, with all that it was doing."""
        assert self._program is not None
        self._program.close()
        self._program = None

    def _listens(self) -> bool:
        assert self._program is not None
        assert self._program.process.poll() is None, f"the bridge ended: {self._program.errors}"
        return is_listening(self.http_port)


class Selector:
    """Stands where ad_selector stands in the graph: publishes selections and presence, hears what is played."""

    def __init__(self, graph: Graph, catalogue: Path) -> None:
        self._graph = graph
        self.creatives = load_catalogue(catalogue).creatives
        self.node = graph.probe()
        self._ads = self.node.create_publisher(AdSelection, "ad", AD_QOS)
        self._presence = self.node.create_publisher(Presence, "presence", PRESENCE_QOS)
        self.screen = ""
        self.plays: list[AdPlayback] = []
        self.node.create_subscription(AdPlayback, "playback", self._on_playback, PLAYBACK_QOS)

    def begin(self, screen: str) -> None:
        """Begin a test: nobody is there, and only one screen's reports count."""
        self.screen = screen
        self.plays.clear()
        self.select("house")

    def again(self, message: AdSelection) -> None:
        """Publish a selection once more."""
        self._ads.publish(message)

    def _on_playback(self, play: AdPlayback) -> None:
        if play.screen == self.screen:
            self.plays.append(play)

    def select(self, *names: str, episode: str = "", reason: str = "") -> AdSelection:
        """Publish a selection of now."""
        message = self.compose(*names, episode=episode, reason=reason)
        self._ads.publish(message)
        return message

    def compose(self, *names: str, episode: str = "", reason: str = "") -> AdSelection:
        """Make a selection of now."""
        now = self.node.get_clock().now().to_msg()
        chosen = [self.creatives[name] for name in names]
        return AdSelection(
            device="deeplens1",
            episode=episode,
            campaign="spring" if episode else "",
            creative=names[0],
            url=chosen[0].url,
            fallback=not episode,
            estimation="20f" if episode else "unknown",
            reason=reason or ("spring matches 20f" if episode else "nobody is there"),
            captured=now,
            decided=now,
            creatives=list(names),
            urls=[creative.url for creative in chosen],
            durations_s=[creative.duration_s for creative in chosen],
        )

    def see(self, event: int, watchers: int, estimation: str = "20f", episode: str = "e1") -> None:
        self._presence.publish(
            Presence(device="deeplens1", event=event, watchers=watchers, estimation=estimation, episode=episode)
        )

    def sees_bridge(self) -> bool:
        """Tell whether what the bridge publishes would be heard."""
        return self.node.count_publishers("playback") > 0

    def spin(self, seconds: float = 0.02) -> None:
        self._graph.executor.spin_once(timeout_sec=seconds)

    def heard(self, event: int, creative: str, play_id: str = "") -> list[AdPlayback]:
        """Return the reports of one kind that came so far."""
        return [
            play
            for play in self.plays
            if play.event == event and play.creative == creative and play_id in ("", play.play_id)
        ]


class Sign:
    """The page in the browser."""

    def __init__(self, page: Any, selector: Selector) -> None:
        self.page = page
        self.selector = selector
        self.errors: list[Any] = []
        page.on("pageerror", lambda error: self.errors.append(error))

    @property
    def status(self) -> dict[str, Any]:
        return self.page.evaluate("() => window.signage ?? {}")

    def wait(self, happened: Callable[[], Any], what: str, timeout_s: float = PATIENCE_S) -> Any:
        """Wait until something happens in the browser or the graph, while both run."""

        def look() -> Any:
            self.selector.spin()
            self.page.evaluate("0")  # requests that a test answers itself are only handled meanwhile
            return happened()

        try:
            return wait_until(look, what, timeout_s)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; status {self.status}, plays {self.selector.plays[-6:]}") from None

    def wait_for(self, what: str = "", timeout_s: float = PATIENCE_S, **expected: Any) -> dict[str, Any]:
        """Wait until the page's status has these values."""

        def matches() -> Any:
            status = self.status
            return status if all(status.get(key) == value for key, value in expected.items()) else None

        return self.wait(matches, what or str(expected), timeout_s)

    def colour(self) -> tuple[int, int, int]:
        """Return the colour in the middle of what is painted, as BGR."""
        picture = cv2.imdecode(np.frombuffer(self.page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
        return tuple(int(c) for c in picture[picture.shape[0] // 3, picture.shape[1] // 2])

    def shows(self, colour: tuple[int, int, int]) -> bool:
        """Tell whether the middle of the screen has a creative's colour."""
        return all(abs(a - b) < 40 for a, b in zip(self.colour(), colour, strict=True))
