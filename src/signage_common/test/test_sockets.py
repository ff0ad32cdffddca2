import errno
import socket

import pytest
from signage_common.sockets import free_ports, is_listening, listen


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost"])
def test_who_connects_is_heard(address):
    with listen(address, 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((address, port)) as caller:
            answered, _ = listener.accept()
            with answered:
                caller.sendall(b"hello")
                assert answered.recv(5) == b"hello"


def test_a_port_that_is_taken():
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match=r".") as error:
        listen("127.0.0.1", taken.getsockname()[1])
    assert error.value.errno == errno.EADDRINUSE


def test_a_port_can_be_taken_again_at_once():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0] as answered:
            answered.shutdown(socket.SHUT_RDWR)  # this side ends first, and its port waits for strays
    with listen("127.0.0.1", port) as again:
        assert again.getsockname()[1] == port


@pytest.mark.parametrize("address", ["192.0.2.1", "no such host", "host.invalid", f"{'a' * 64}.invalid"])
def test_an_address_of_another_machine_or_none(address):
    with pytest.raises(OSError, match=r"."):
        listen(address, 0)


def test_free_ports_are_different_and_free():
    ports = free_ports(5)
    assert len(set(ports)) == 5 and free_ports(0) == []
    for port in ports:
        listen("127.0.0.1", port).close()


def test_who_listens_is_found_until_it_ends():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert is_listening(port)
    assert not is_listening(port)
