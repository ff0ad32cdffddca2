"""What the page reports of its showings."""

import itertools
import json
import time

import pytest
from page_stage import FILM_S
from signage_msgs.msg import AdPlayback

pytestmark = pytest.mark.browser
CLOCKS_S = 0.1  # the browser rounds its clock
STARTED, COMPLETED, INTERRUPTED = AdPlayback.STARTED, AdPlayback.COMPLETED, AdPlayback.INTERRUPTED


def is_one_film(seconds: float) -> bool:
    """Tell whether a play may have taken so long: much less cuts the film short, twice as long hides a lost play."""
    return FILM_S - 0.5 < seconds < 2 * FILM_S - 0.5


def stamp_s(play: AdPlayback) -> float:
    return play.stamp.sec + play.stamp.nanosec / 1e9


def test_a_showing_is_started_and_completed_under_one_id(open_sign, selector):
    sign = open_sign()
    sign.wait_for(creative="house")
    begin_s = time.time()
    selector.select("red", episode="e1")
    started = sign.wait(lambda: selector.heard(STARTED, "red"), "started")[0]
    completed = sign.wait(lambda: selector.heard(COMPLETED, "red"), "completed")[0]
    assert started.play_id == completed.play_id
    assert (started.screen, started.device, started.episode) == (selector.screen, "deeplens1", "e1")
    assert begin_s - CLOCKS_S < stamp_s(started) < time.time() + CLOCKS_S
    assert is_one_film(stamp_s(completed) - stamp_s(started))


def test_each_repetition_is_a_play_of_its_own(open_sign, selector):
    sign = open_sign()
    selector.select("red", episode="e1")
    started = sign.wait(
        lambda: len(selector.heard(STARTED, "red")) >= 3 and selector.heard(STARTED, "red"), "three plays"
    )
    assert len({play.play_id for play in started}) == len(started)
    gaps = [stamp_s(b) - stamp_s(a) for a, b in itertools.pairwise(started)]
    assert all(map(is_one_film, gaps)), gaps


def test_what_is_replaced_is_interrupted_when_its_successor_is_painted(open_sign, selector):
    sign = open_sign()
    sign.wait_for(creative="house")
    selector.select("red", episode="e1")
    play_id = sign.wait_for(creative="red")["playId"]
    selector.select("green", episode="e2")
    interrupted = sign.wait(lambda: selector.heard(INTERRUPTED, "red", play_id), "interrupted")[0]
    started = sign.wait(lambda: selector.heard(STARTED, "green"), "started")[0]
    assert stamp_s(interrupted) == pytest.approx(stamp_s(started), abs=0.001)
    assert not selector.heard(COMPLETED, "red", play_id)


def test_a_selection_leads_to_one_first_showing(open_sign, selector):
    sign = open_sign()
    sign.wait_for(creative="house")
    message = selector.select("red", episode="e1")
    play_id = sign.wait_for(creative="red")["playId"]
    selector.again(message)
    sign.wait(lambda: selector.heard(COMPLETED, "red", play_id), "completed")
    assert not selector.heard(INTERRUPTED, "red")


def test_reports_wait_over_a_cut_and_none_is_lost(open_sign, selector, cable):
    sign = open_sign()
    sign.wait_for(state="house-loop", creative="house")
    sign.wait(lambda: selector.heard(STARTED, "house"), "the first report")
    cable.cut()
    sign.wait_for(state="disconnected")
    sign.wait(lambda: sign.status["reportsWaiting"] >= 5, "reports waiting")
    cable.mend()
    play_id = sign.wait_for(state="house-loop")["playId"]
    sign.wait(lambda: selector.heard(COMPLETED, "house", play_id), "the newest report")
    check_unbroken(selector.plays)


def test_reports_outlive_the_page(open_sign, selector, cable):
    sign = open_sign()
    sign.wait_for(creative="house")
    cable.cut()
    sign.wait_for(state="disconnected")
    sign.wait(lambda: sign.status["reportsWaiting"] >= 3, "reports waiting")
    play_id = sign.status["playId"]
    sign.wait(lambda: sign.status["playId"] != play_id, "the next play")
    sign.page.close()
    cable.mend()
    later = open_sign()
    later.wait(lambda: selector.heard(COMPLETED, "house", play_id), "the report of the page before")


def test_leaving_the_page_interrupts_what_is_shown(open_sign, selector):
    sign = open_sign()
    play_id = sign.wait_for(creative="house")["playId"]
    sign.page.reload()
    interrupted = sign.wait(lambda: selector.heard(INTERRUPTED, "house", play_id), "interrupted")[0]
    assert interrupted.detail == "the page was left"


class Refusal:
    """Stands between page and bridge and refuses the first report of a creative's start."""

    def __init__(self, creative, code, text):
        self.creative = creative
        self.status = {"op": "status", "level": "error", "msg": text, **({"code": code} if code else {})}
        self.refused = []

    def connect(self, page_side):
        server_side = page_side.connect_to_server()

        def to_server(text):
            message = json.loads(text)
            report = message.get("msg", {})
            is_first = report.get("creative") == self.creative and report.get("event") == STARTED and not self.refused
            if message["op"] != "publish" or not is_first:
                server_side.send(text)
                return
            self.refused.append(report["play_id"])
            page_side.send(json.dumps({**self.status, "id": message["id"]}))

        page_side.on_message(to_server)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("code", "text", "is_lost"),
    [
        ("too_many", "zu viele Nachrichten", False),
        ("unavailable", "", False),
        ("bad_message", "too many creatives", True),
        ("not_allowed", "too many", True),
        ("something_new", "too many", True),
        (None, "publish: too many messages, at most 20 a second", True),
    ],
)
def test_whether_a_refusal_is_for_good_is_told_by_its_code(open_sign, selector, context, code, text, is_lost):
    refusal = Refusal("red", code, text)
    context.route_web_socket("**/*", refusal.connect)
    sign = open_sign()
    sign.wait_for(state="house-loop", creative="house")
    selector.select("red", episode="e1")
    sign.wait(lambda: refusal.refused and selector.heard(COMPLETED, "red", refusal.refused[0]), "the report after it")
    assert bool(selector.heard(STARTED, "red", refusal.refused[0])) is not is_lost
    assert sign.status["reportsRefused"] == int(is_lost)


def check_unbroken(plays: list[AdPlayback]) -> None:
    """Each play follows on the one before: started when that was completed, and completed itself."""
    plays = sorted({(stamp_s(play), play.event, play.play_id) for play in plays})
    plays = plays[[event for _, event, _ in plays].index(STARTED) :]
    for (began_s, begun, play_id), (ended_s, ended, same_id) in zip(plays[::2], plays[1::2], strict=False):
        assert (begun, ended) == (STARTED, COMPLETED) and play_id == same_id
        assert is_one_film(ended_s - began_s)
    begins = [stamp for stamp, event, _ in plays if event == STARTED]
    assert len(begins) >= 3
    assert all(is_one_film(b - a) for a, b in itertools.pairwise(begins))
