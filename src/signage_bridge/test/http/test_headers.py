import pytest
from signage_bridge.http.headers import content_security_policy


@pytest.mark.parametrize(
    ("host", "sockets"),
    [("localhost", "ws://localhost:9090 wss://localhost:9090"), ("::1", "ws://[::1]:9090 wss://[::1]:9090")],
)
def test_the_page_may_connect_to_rosbridge_on_its_own_host_only(host, sockets):
    policy = dict(part.split(" ", 1) for part in content_security_policy(host, 9090).split("; "))
    assert policy["connect-src"] == f"'self' {sockets}"
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
