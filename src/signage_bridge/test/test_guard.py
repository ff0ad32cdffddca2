import pytest
from signage_bridge.guard import ForbiddenError, is_loopback, make_guard, split_host

GUARD = make_guard("192.0.2.7", "Box.example", 8080, ["sign.example", "[2001:db8::5]"], ["https://Sign.example/"])
LAN = "198.51.100.3"


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8080",
        "LOCALHOST",
        "127.0.0.1:8080",
        "[::1]:8080",
        "192.0.2.7:8080",
        "box.example:8080",
        "box",
        "sign.example.",
        "[2001:db8:0:0::5]:1",
        f"{LAN}:8080",
    ],
)
def test_known_hosts(host):
    GUARD.check_host(host, LAN)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@localhost",
        "localhost/x",
        "localhost:8080:1",
        "127.0.0.2",
        "[::1",
        "198.51.100.4",
        "loc\x00alhost",
    ],
)
def test_unknown_hosts_are_refused(host):
    with pytest.raises(ForbiddenError, match="not known here; list it in allowed_hosts"):
        GUARD.check_host(host, LAN)


def test_an_ipv4_address_seen_through_an_ipv6_socket_is_the_same():
    GUARD.check_host("198.51.100.3:8080", "::ffff:198.51.100.3")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "https://192.0.2.7:8080",
        "http://[::1]:8080",
        f"http://{LAN}:8080",
        "https://sign.example",
        "http://localhost:9090",
    ],
)
def test_own_and_listed_origins(origin):
    GUARD.check_origin(origin, "localhost:9090", LAN)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.example",
        "http://localhost",
        "http://localhost:3000",
        "http://localhost.evil.example:8080",
        "http://evil.example:8080",
        "https://sign.example.evil.example",
        "http://sign.example",
        "file://",
        "http://[::1",
        "chrome-extension://abc",
        "http://localhost:99999",
    ],
)
def test_other_origins_are_refused(origin):
    with pytest.raises(ForbiddenError, match="not allowed here; list it in allowed_origins"):
        GUARD.check_origin(origin, "localhost:9090", LAN)


@pytest.mark.parametrize(
    ("host", "parts"),
    [("a:1", ("a", 1)), ("a", ("a", 80)), ("[::1]:2", ("::1", 2)), (None, ("", 0)), ("a b", ("", 0)), ("a:", ("", 0))],
)
def test_split_host(host, parts):
    assert split_host(host) == parts


@pytest.mark.parametrize(
    ("bind", "loopback"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback(bind, loopback):
    assert is_loopback(bind) is loopback
