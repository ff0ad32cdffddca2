"""From the film to the painted page and back: the real graph, a real browser, a real rosbridge client."""

import json
import os
import sys
from contextlib import contextmanager

import pytest
from signage_common.browser import CHROMIUM_FLAGS, find_browser
from signage_common.home import signage_home
from signage_common.process_testing import ProgramUnderTest, wait_until
from signage_common.ros_topics import AD_QOS, PLAYBACK_QOS, PRESENCE_QOS
from signage_msgs.msg import AdPlayback, AdSelection, Presence

pytestmark = [pytest.mark.graph, pytest.mark.browser]
EPISODES = 3
SECOND_NS = 1_000_000_000

ROSLIBPY_CLIENT = """
import json, sys, threading
import roslibpy
client = roslibpy.Ros("127.0.0.1", int(sys.argv[1]))
client.run(timeout=30)
for topic, type_name in (("presence", "Presence"), ("ad", "AdSelection")):
    def tell(message, topic=topic):
        print(json.dumps([topic, message["episode"], message["estimation"]]), flush=True)
    roslibpy.Topic(client, f"/deeplens1/{topic}", f"signage_msgs/{type_name}").subscribe(tell)
threading.Event().wait()
"""


class Heard:
    """What comes on the topics of the device; of presence from the first advertisement on, so that none is missed."""

    def __init__(self, graph):
        probe = graph.probe()
        self.ads, self.presences, self.plays = [], [], []
        probe.create_subscription(AdSelection, "ad", self.ads.append, AD_QOS)
        probe.create_subscription(Presence, "presence", self._hear_presence, PRESENCE_QOS)
        probe.create_subscription(AdPlayback, "playback", self.plays.append, PLAYBACK_QOS)

    def _hear_presence(self, presence):
        if self.ads:
            self.presences.append(presence)

    def ended(self):
        return [presence.episode for presence in self.presences if presence.event == Presence.ENDED]

    def whole_episodes(self):
        started = {presence.episode for presence in self.presences if presence.event == Presence.STARTED}
        return [episode for episode in self.ended() if episode in started]


@contextmanager
def sign_page(port):
    """Show the sign in a browser; give the page."""
    from playwright.sync_api import sync_playwright

    program = find_browser(os.environ)
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"http://127.0.0.1:{port}/?device=deeplens1&screen=test")
        yield page
        browser.close()


def shown(page):
    return page.evaluate("({...document.documentElement.dataset})")


def ns(stamp):
    return stamp.sec * SECOND_NS + stamp.nanosec


def test_the_page_answers_whoever_comes_and_falls_back_when_they_go(start_up, graph):
    up = start_up()
    heard = Heard(graph)
    wait_until(up.answers, "the page")
    with (
        ProgramUnderTest([sys.executable, "-c", ROSLIBPY_CLIENT, up.rosbridge_port]) as client,
        sign_page(up.http_port) as page,
    ):
        seen = []

        def watch():
            now = shown(page)
            if not seen or (now["state"], now.get("creative")) != (seen[-1]["state"], seen[-1].get("creative")):
                seen.append(now)
            return len(heard.whole_episodes()) >= EPISODES and now["state"] == "house-loop"

        graph.spin_until(watch, what=f"{EPISODES} whole episodes and the house loop again")
        client.end()
        told = [json.loads(line) for line in client.lines]
    episodes = heard.whole_episodes()
    assert_one_decision_each(heard, episodes)
    assert_the_page_followed(heard, seen, episodes[1:])
    assert {episode for topic, episode, _ in told if topic == "presence"} >= set(episodes[1:])
    assert {episode for topic, episode, _ in told if topic == "ad"} >= {"", *episodes[1:]}


def assert_one_decision_each(heard, episodes):
    for episode in episodes:
        decisions = [ad for ad in heard.ads if ad.episode == episode]
        assert len(decisions) == 1, episode
        assert not decisions[0].fallback and decisions[0].reason
        assert ns(decisions[0].arrived) <= ns(decisions[0].captured) <= ns(decisions[0].decided)


def assert_the_page_followed(heard, seen, episodes):
    """Each episode was answered on the page, and then came the house loop."""
    for episode in episodes:
        decision = next(ad for ad in heard.ads if ad.episode == episode)
        at = next(i for i, now in enumerate(seen) if now["state"] == "targeted" and now["episode"] == episode)
        assert seen[at]["creative"] == decision.creative
        assert seen[at + 1]["state"] == "house-loop"
        started = [play for play in heard.plays if play.episode == episode and play.event == AdPlayback.STARTED]
        assert started and all(play.creative == decision.creative and play.screen == "test" for play in started)


def test_photos_that_are_in_no_film_are_answered_too(start_up, graph):
    folder = signage_home() / "npm" / "face-api" / "node_modules" / "@vladmandic" / "face-api" / "demo"
    if not folder.exists():
        pytest.skip(f"{folder} is missing; `./signage setup` makes it")
    start_up("photo_s:=3.0", "gap_s:=2.0", source=f"{folder}/sample[12].jpg")
    heard = Heard(graph)
    graph.spin_until(lambda: len(heard.whole_episodes()) >= 2, what="an episode for each photo")
    assert_one_decision_each(heard, heard.whole_episodes())
    assert all(ad.estimation != "" for ad in heard.ads)
