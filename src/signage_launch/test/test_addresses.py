import socket

import pytest
from signage_launch.addresses import page_address, reachable_host, ssh_hint

USUAL = {"bind": "127.0.0.1", "http_port": "8080", "rosbridge_port": "9090", "device": "deeplens1"}


@pytest.mark.parametrize(
    ("changes", "query", "expected"),
    [
        ({}, {}, "http://127.0.0.1:8080/"),
        ({"bind": "0.0.0.0"}, {}, "http://127.0.0.1:8080/"),
        ({"bind": "::1", "http_port": "80"}, {}, "http://[::1]:80/"),
        ({"device": "lobby"}, {}, "http://127.0.0.1:8080/?device=lobby"),
        ({}, {"screen": "a b"}, "http://127.0.0.1:8080/?screen=a+b"),
    ],
)
def test_page(changes, query, expected):
    assert page_address({**USUAL, **changes}, **query) == expected


def test_a_name_is_kept():
    assert reachable_host("sign.example") == "sign.example"


def test_both_ports_are_forwarded():
    hint = ssh_hint(USUAL)
    assert hint.startswith("ssh -L 8080:127.0.0.1:8080 -L 9090:127.0.0.1:9090 ")
    assert hint.endswith(f"@{socket.gethostname()}")
