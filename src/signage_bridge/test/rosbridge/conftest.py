import json
from dataclasses import dataclass, field

import cbor2
import pytest
from signage_bridge.policy import make_policy
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.rosbridge.payload import Publication
from signage_bridge.rosbridge.session import Session


@dataclass
class Text:
    """The content of a message with one field."""

    data: str = "x"

    def to_json(self):
        return {"data": self.data}

    to_cbor = to_json

    def to_raw(self):
        return {"secs": 1, "nsecs": 2, "bytes": self.data.encode()}


@dataclass
class Peer:
    """A client of one session: dicts in, dicts out."""

    session: Session
    commands: list = field(default_factory=list)

    def send(self, message, now_s=0.0):
        data = json.dumps(message) if isinstance(message, dict) else message
        self.commands = self.session.receive(data, now_s)
        return self.commands

    def received(self, now_s=0.0):
        messages = []
        while (payload := self.session.to_send(now_s)) is not None:
            binary = isinstance(payload.data, bytes)
            messages.append(cbor2.loads(payload.data) if binary else json.loads(payload.data))
        return messages

    def statuses(self, now_s=0.0):
        return [(message["level"], message.get("id")) for message in self.received(now_s) if message["op"] == "status"]

    def deliver(self, topic, data="x", now_s=0.0):
        self.session.deliver(topic, Publication(Text(data)), now_s)

    def subscribe(self, topic="ad", **fields):
        assert self.send({"op": "subscribe", "topic": topic, **fields})


@pytest.fixture
def make_peer():
    def make(services=(), publish=("playback",), subscribe=("ad", "presence", "/diagnostics"), **limits):
        policy = make_policy(["deeplens1"], subscribe, publish, services)
        return Peer(Session(policy, Limits(**limits)))

    return make


@pytest.fixture
def peer(make_peer):
    return make_peer()
