"""A client on the real roslibpy: prints what it gets as lines of JSON. Argument: the port of rosbridge."""

import json
import sys
import threading
import time

import roslibpy


def say(what, value):
    print(json.dumps({"what": what, "value": value}), flush=True)


ros = roslibpy.Ros("127.0.0.1", int(sys.argv[1]))
playback = roslibpy.Topic(ros, "/deeplens1/playback", "signage_msgs/AdPlayback")


def answer(ad):
    say("ad", dict(ad))
    report = {
        "stamp": {"sec": int(time.time()), "nanosec": 0},
        "screen": "roslibpy",
        "device": "deeplens1",
        "play_id": "p1",
        "creative": ad["creative"],
        "episode": ad["episode"],
        "event": 1,
        "detail": "",
    }
    playback.publish(roslibpy.Message(report))


ros.on_ready(lambda: roslibpy.Topic(ros, "/deeplens1/ad", "signage_msgs/AdSelection").subscribe(answer))
presence = roslibpy.Topic(ros, "/deeplens1/presence", "signage_msgs/Presence")
ros.on_ready(lambda: presence.subscribe(lambda message: say("presence", dict(message))))
ros.run()
say("subscribed", "presence")
service = roslibpy.Service(ros, "/deeplens1/choose_ad", "signage_msgs/ChooseAd")
request = roslibpy.ServiceRequest({"estimation": "20f", "device": "deeplens1"})
say("response", dict(service.call(request, timeout=10)))
forbidden = roslibpy.Service(ros, "/rosapi/topics", "rosapi/Topics")
try:
    forbidden.call(roslibpy.ServiceRequest(), timeout=10)
except roslibpy.core.ServiceException as error:
    say("failed", str(error))
threading.Event().wait()
