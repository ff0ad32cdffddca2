import json

import pytest
from signage_bridge.errors import Code, OperationError
from signage_bridge.rosbridge.commands import CallService
from signage_bridge.rosbridge.payload import Compression

CALL = {"op": "call_service", "service": "choose_ad", "id": "a"}


@pytest.fixture
def caller(make_peer):
    return make_peer(services=["choose_ad"], pending_calls=2)


def test_no_service_may_be_called_by_default(peer):
    assert peer.send(CALL) == []
    [response, status] = sorted(peer.received(), key=lambda message: message["op"])
    assert response["op"] == "service_response" and response["result"] is False and response["id"] == "a"
    assert response["service"] == "choose_ad" and "may not be called; allowed: none" in response["values"]
    assert (status["op"], status["level"], status["id"]) == ("status", "error", "a")


def test_an_allowed_service_is_called_and_answered(caller):
    message = {**CALL, "args": {"estimation": "20f"}, "timeout": 3}
    [call] = caller.send(message)
    assert call == CallService(
        "/deeplens1/choose_ad",
        "choose_ad",
        "signage_msgs/srv/ChooseAd",
        {"estimation": "20f"},
        3.0,
        None,
        Compression.NONE,
        "a",
    )
    caller.session.answer_call(call, {"success": True})
    assert caller.received() == [
        {"op": "service_response", "service": "choose_ad", "values": {"success": True}, "result": True, "id": "a"}
    ]


def test_arguments_may_be_a_list_or_missing(caller):
    assert caller.send({**CALL, "args": ["20f"]})[0].args == ["20f"]
    assert caller.send({**CALL, "args": None})[0].args == {}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"service": "/camera/set_parameters"}, "may not be called; allowed: /deeplens1/choose_ad"),
        ({"service": 3}, "field service"),
        ({"args": "20f"}, "field args: expected an object or an array"),
        ({"timeout": "long"}, "field timeout"),
        ({"timeout": 3600}, "field timeout"),
        ({"fragment_size": 0}, "field fragment_size"),
        ({"compression": "cbor-raw"}, "field compression"),
    ],
)
def test_wrong_calls_are_refused_with_a_response_and_a_status(caller, fields, words):
    assert caller.send({**CALL, **fields}) == []
    response, status = caller.received()
    assert response["result"] is False and words in response["values"] and words in status["msg"]


def test_a_failed_call_is_answered(caller):
    [call] = caller.send(CALL)
    caller.session.fail_call(call, OperationError("service is not there", Code.UNAVAILABLE))
    response, status = caller.received()
    assert (response["result"], response["values"], response["code"]) == (False, "service is not there", "unavailable")
    assert (status["level"], status["id"]) == ("error", "a")


def test_calls_that_wait_for_their_answer_are_bounded(caller):
    [call] = caller.send(CALL)
    assert caller.send(CALL)
    assert not caller.send(CALL)
    assert "more than 2 calls" in caller.received()[0]["values"]
    caller.session.answer_call(call, {})
    assert caller.send(CALL)


def test_the_lists_in_arguments_are_bounded_as_they_make_the_work(make_peer):
    caller = make_peer(services=["record_playback"], items_per_s=10.0, items_burst=20)
    message = {"op": "call_service", "service": "record_playback", "id": "a", "args": {"playbacks": [{}] * 15}}
    assert caller.send(message, now_s=0.0)
    assert not caller.send(message, now_s=0.0)
    response, status = caller.received()
    assert response["code"] == status["code"] == "too_many" and "at most 10 a second" in response["values"]
    assert not caller.send({**message, "args": [[{}] * 15]}, now_s=0.5)
    assert caller.send(message, now_s=1.0)
    assert caller.send({**message, "args": {"playbacks": []}}, now_s=1.0)


def test_an_answer_may_be_fragmented_or_cbor(caller):
    [call] = caller.send({**CALL, "fragment_size": 50})
    caller.session.answer_call(call, {"text": "x" * 100})
    fragments = caller.received()
    assert json.loads("".join(piece["data"] for piece in fragments))["values"] == {"text": "x" * 100}
    [call] = caller.send({**CALL, "compression": "cbor"})
    caller.session.answer_call(call, {"data": b"\0"})
    assert caller.received()[0]["values"] == {"data": b"\0"}
