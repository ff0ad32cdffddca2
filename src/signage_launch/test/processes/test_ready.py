import contextlib
import os
import socket
import subprocess
import sys

import pytest
from signage_launch.processes.ready import ReadySocket

pytestmark = pytest.mark.fault
SEND = (
    "import os, socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
    "s.sendto(sys.argv[1].encode(), chr(0) + sys.argv[2][1:]); print(os.getpid())"
)


@pytest.fixture
def ready():
    with contextlib.closing(ReadySocket()) as ready:
        yield ready


def send(ready, text):
    command = [sys.executable, "-c", SEND, text, ready.address]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_a_process_is_known_by_its_id(ready):
    first, second = send(ready, "READY=1"), send(ready, "STATUS=fine\nREADY=1\n")
    assert list(ready.ready_pids()) == [first, second] and list(ready.ready_pids()) == []


@pytest.mark.parametrize("text", ["", "READY=0", "READY=10", "STATUS=READY=1", "WATCHDOG=1", "x" * 5000])
def test_anything_else_is_no_such_word(ready, text):
    send(ready, text)
    assert list(ready.ready_pids()) == []


def test_another_user_is_not_believed(ready):
    if os.geteuid() != 0:
        pytest.skip("needs root, to become another user")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        os.setresuid(65534, 65534, 0)
        try:
            sender.sendto(b"READY=1", f"\0{ready.address[1:]}")
        finally:
            os.setresuid(0, 0, 0)
    assert list(ready.ready_pids()) == []
    assert send(ready, "READY=1") in ready.ready_pids()


def test_it_leaves_no_file_and_nobody_can_write_after_the_end(ready):
    ready.close()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as late, pytest.raises(ConnectionRefusedError):
        late.sendto(b"READY=1", f"\0{ready.address[1:]}")
