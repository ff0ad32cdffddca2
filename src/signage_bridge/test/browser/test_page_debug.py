"""The debug overlay tells what the allowed topics give, and nothing else."""

import json

import pytest
from signage_msgs.msg import Presence

pytestmark = pytest.mark.browser


def rows(sign) -> dict[str, str]:
    return sign.page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('#overlay dt')]"
        ".map((term) => [term.textContent, term.nextElementSibling.textContent]))"
    )


def test_the_overlay_tells_all_of_a_change(open_sign, selector, bridge):
    sign = open_sign("&debug=1")
    sign.wait_for(creative="house")
    selector.select("red", episode="e1", reason="spring matches 20f; autumn: only 40 to 60")
    sign.wait_for(creative="red")
    selector.see(Presence.STARTED, 2)
    shown = sign.wait(lambda: (all_ := rows(sign)).get("presence", "").startswith("2") and all_, "presence")
    assert shown["connection"] == f"connected to ws://127.0.0.1:{bridge.rosbridge_port}/"
    assert shown["advertisement"] == "red, spring, 20f, e1"
    assert shown["reason"] == "spring matches 20f; autumn: only 40 to 60"
    assert "captured to painted" in shown["latency"] and "message to painted" in shown["latency"]
    assert shown["presence"] == "2 watchers, 20f, e1"
    sign.wait(lambda: "serving" in rows(sign).get("deeplens1/signage_bridge: health", ""), "diagnostics")
    selector.see(Presence.ENDED, 0)
    sign.wait(lambda: rows(sign)["presence"] == "nobody", "nobody")
    bridge.stop()
    sign.wait(lambda: rows(sign)["connection"].startswith("disconnected"), "the cut")


def test_only_the_debug_page_subscribes_to_presence(open_sign):
    sent = []
    sign = open_sign()
    sign.page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(text)))
    sign.page.reload()
    sign.wait_for(creative="house")
    sign.wait(lambda: any('"subscribe"' in text for text in sent), "a subscription")
    topics = {json.loads(text)["topic"] for text in sent if '"subscribe"' in text}
    assert topics == {"/deeplens1/ad"}
    assert sign.page.locator("#overlay").is_hidden()
