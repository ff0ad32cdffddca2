import socket

import pytest
from signage_bridge.listeners import listen, port_of
from signage_common.errors import ConfigurationError


def test_any_free_port():
    with listen("127.0.0.1", 0, "http_port") as listener, socket.create_connection(("127.0.0.1", port_of(listener))):
        assert port_of(listener) > 0


def test_a_port_in_use_is_named_with_its_parameter():
    with listen("127.0.0.1", 0, "http_port") as taken:
        port = port_of(taken)
        with pytest.raises(ConfigurationError) as error:
            listen("127.0.0.1", port, "rosbridge_port")
    assert f"rosbridge_port:={port}: the port is in use on 127.0.0.1" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("bind", ["192.0.2.1", "no such host", "host.invalid"])
def test_an_address_that_is_not_ours(bind):
    with pytest.raises(ConfigurationError, match=r"bind:=.*expected an address of this machine"):
        listen(bind, 0, "http_port")
