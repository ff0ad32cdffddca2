import pytest
from signage_bridge.guard import (
    ForbiddenError,
    PublicUrl,
    is_host,
    is_loopback,
    is_origin,
    make_guard,
    read_public_url,
    split_host,
)

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
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("::ffff:192.0.2.1", False),
    ],
)
def test_loopback(bind, loopback):
    assert is_loopback(bind) is loopback


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        (" ", None),
        ("https://sign.example", PublicUrl("https://sign.example", "sign.example")),
        ("https://Sign.Example/", PublicUrl("https://sign.example", "sign.example")),
        ("https://sign.example:443", PublicUrl("https://sign.example", "sign.example")),
        ("http://sign.example:80/", PublicUrl("http://sign.example", "sign.example")),
        ("https://sign.example:8443", PublicUrl("https://sign.example:8443", "sign.example")),
        ("http://192.0.2.7:8080", PublicUrl("http://192.0.2.7:8080", "192.0.2.7")),
        ("http://[2001:db8:0::7]:8080", PublicUrl("http://[2001:db8::7]:8080", "2001:db8::7")),
    ],
)
def test_public_addresses(text, expected):
    assert read_public_url(text) == expected


@pytest.mark.fault
@pytest.mark.parametrize(
    "text",
    [
        "sign.example",
        "//sign.example",
        "ftp://sign.example",
        "https://",
        "https://sign.example/path",
        "https://sign.example/?a=b",
        "https://sign.example/#a",
        "https://user:secret@sign.example",
        "https://sign.example:0",
        "https://sign.example:99999",
        "https://sign.example:x",
        "https://[::1",
        "https://[::1].evil.example",
        "https://sign example",
        "https://sign.example\n",
        "https://sign.example, https://other.example",
        "https://*.example",
        "javascript://sign.example",
        "y",
        "1e3",
    ],
)
def test_what_is_no_public_address(text):
    if text.strip() != text:
        assert read_public_url(text) == read_public_url(text.strip())
        return
    with pytest.raises(ValueError, match="expected an address such as https://"):
        read_public_url(text)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("public", "page_host", "socket_host"),
    [
        ("https://sign.example", "sign.example", "sign.example:9090"),
        ("https://sign.example:8443", "sign.example:8443", "sign.example:9443"),
        ("http://[2001:db8::7]", "[2001:db8::7]", "[2001:db8::7]:9090"),
        ("https://sign.example", "127.0.0.1:8080", "127.0.0.1:9090"),  # a proxy that names us its own way
    ],
)
def test_the_public_address_is_known_everywhere(public, page_host, socket_host):
    guard = make_guard("127.0.0.1", "box", 8080, [], [], read_public_url(public))
    for host in (page_host, socket_host):
        guard.check_host(host, "127.0.0.1")
        guard.check_origin(public, host, "127.0.0.1")
        for other in ("https://evil.example", public.replace("http", "ftp"), f"{public}.evil.example", "null"):
            with pytest.raises(ForbiddenError):
                guard.check_origin(other, host, "127.0.0.1")


@pytest.mark.fault
def test_a_port_that_browsers_leave_out_is_left_out_in_host_and_origin_alike():
    guard = make_guard("127.0.0.1", "box", 8080, ["sign.example"], [])
    guard.check_origin("https://sign.example", "sign.example", "127.0.0.1")
    guard.check_origin("http://sign.example", "sign.example", "127.0.0.1")
    guard.check_origin("https://sign.example:8443", "sign.example:8443", "127.0.0.1")
    for origin in (
        "https://sign.example:8443",
        "http://sign.example:443",
        "https://sign.example:80",
        "ftp://sign.example",
    ):
        with pytest.raises(ForbiddenError):
            guard.check_origin(origin, "sign.example", "127.0.0.1")


@pytest.mark.parametrize("text", ["sign.example", "192.0.2.7", "::1", "[2001:db8::1]", "lobby-2", "SIGN_3"])
def test_hosts_are_names_and_addresses(text):
    assert is_host(text)


@pytest.mark.parametrize("text", ["", "sign.example:80", "https://sign.example", "a b", "a/b", "간판", "*", "a@b"])
def test_what_is_no_host_is_none(text):
    assert not is_host(text)


@pytest.mark.parametrize(
    "text", ["https://sign.example", "HTTP://[::1]:8080", "https://a:1/", "null", "chrome-extension://abc", "app://x"]
)
def test_origins_are_what_browsers_send(text):
    assert is_origin(text)


@pytest.mark.parametrize("text", ["", "foo", "sign.example", "https://", "https://a/b", "https://u:p@a", "*"])
def test_what_is_no_origin_is_none(text):
    assert not is_origin(text)
