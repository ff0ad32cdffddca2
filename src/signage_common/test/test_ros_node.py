"""The process of a node, from its start to its end."""

import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from signage_common import private_memory
from signage_common.domains import reserved_domain
from signage_common.process_testing import ProgramUnderTest, wait_until
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import AD_QOS
from std_msgs.msg import String

pytestmark = pytest.mark.graph


PROCESS = """
import os, signal, sys
from rclpy.node import Node
from signage_common.errors import ConfigurationError
from signage_common.ros_node import run_node

class Probe(Node):
    def __init__(self):
        super().__init__("probe")
        self.create_timer(0.01, self.act)
        if {when!r} == "start":
            act = {act!r}
            exec(act, {{**globals(), "self": self}})

    def act(self):
        if {when!r} == "spin":
            exec({act!r})

sys.exit(run_node(Probe))
"""


def run(when, act):
    with reserved_domain() as domain_id:
        env = {"ROS_DOMAIN_ID": str(domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
        program = PROCESS.format(when=when, act=act)
        command = [sys.executable, "-c", program]
        return subprocess.run(
            command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.mark.parametrize("when", ["start", "spin"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly_at_any_time(when, number):
    end = run(when, f"os.kill(os.getpid(), {int(number)})")
    assert (end.returncode, end.stderr) == (0, "")


@pytest.mark.parametrize("when", ["start", "spin"])
def test_what_a_signal_breaks_is_no_failure(when):
    end = run(when, "os.kill(os.getpid(), signal.SIGTERM); raise RuntimeError('broken by the signal')")
    assert (end.returncode, end.stderr) == (0, "")


@pytest.mark.parametrize("when", ["start", "spin"])
def test_a_users_mistake_is_one_line_and_status_2(when):
    end = run(when, "raise ConfigurationError('ads.yaml: expected a file')")
    assert (end.returncode, end.stderr) == (2, "error: ads.yaml: expected a file\n")


def test_a_fault_of_ours_is_not_hidden():
    end = run("spin", "raise RuntimeError('a fault')")
    assert end.returncode == 1 and "a fault" in end.stderr


@pytest.mark.fault
@pytest.mark.parametrize(
    "error", ["MemoryError()", "PermissionError(13, 'no')", "RuntimeError('a fault')", "KeyError(1)"]
)
def test_no_thread_dies_alone(error):
    act = f"import threading\ndef work():\n    raise {error}\nthreading.Thread(target=work, name='capture').start()"
    end = run("start", act)
    assert end.returncode == 1
    assert "Exception in thread capture" in end.stderr and error.partition("(")[0] in end.stderr


STOPPING = """
    def destroy_node(self):
        self.stopping.set()
        self.thread.join()
        super().destroy_node()

    def act(self)"""
BUSY = """
import threading
from diagnostic_msgs.msg import DiagnosticArray
self.stopping = threading.Event()
def work():
    publisher = self.create_publisher(DiagnosticArray, "busy", 10)
    while not self.stopping.is_set():
        publisher.publish(DiagnosticArray())
        publisher.get_subscription_count()
        self.get_logger().info("a line")
self.thread = threading.Thread(target=work)
self.thread.start()
"""


@pytest.mark.fault
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_threads_publish_and_log_until_the_end_fails_nowhere(number):
    program = PROCESS.format(when="start", act=BUSY).replace("    def act(self)", STOPPING)
    with reserved_domain() as domain_id:
        env = {**os.environ, "ROS_DOMAIN_ID": str(domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
        for count in (1, 10, 100, 1000):
            with ProgramUnderTest([sys.executable, "-c", program], env) as node:
                node.wait_for("a line", count, on_errors=True)
                assert node.end(number) == 0
            assert all(line.endswith("[probe]: a line") for line in node.error_lines), node.errors[-500:]


@pytest.mark.fault
def test_readiness_is_told_once_the_node_stands(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor, reserved_domain() as domain_id:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.settimeout(60)
        with ProgramUnderTest(
            [sys.executable, "-c", PROCESS.format(when="never", act="")],
            {**os.environ, "ROS_DOMAIN_ID": str(domain_id), "NOTIFY_SOCKET": str(tmp_path / "notify")},
        ) as program:
            assert supervisor.recv(100) == b"READY=1"
            assert program.end() == 0


@pytest.mark.fault
def test_a_node_that_cannot_start_again_says_so_on_diagnostics(graph):
    heard = []
    graph.probe().create_subscription(DiagnosticArray, "/diagnostics", lambda each: heard.extend(each.status), 10)
    program = PROCESS.format(when="start", act="raise ConfigurationError('ads.yaml: expected a file')")
    command = [sys.executable, "-c", program, "--ros-args", "-r", "__node:=camera", "-r", "__ns:=/lobby"]
    with ProgramUnderTest(command, {**graph.env, "SIGNAGE_RESTARTED": "1"}) as node:
        graph.spin_until(lambda: heard)
        later = []
        probe = graph.probe()
        probe.create_subscription(DiagnosticArray, "/diagnostics", lambda each: later.extend(each.status), 10)
        graph.spin_until(lambda: later, what="the same, for whom it finds later")
        assert node.wait() == 2
        assert node.error_lines == ["error: ads.yaml: expected a file"]
    assert (heard[0].name, heard[0].level) == ("lobby/camera: health", DiagnosticStatus.ERROR)
    assert heard[0].message == "can't start: ads.yaml: expected a file"


IMAGES = """
import os, sys
import rclpy
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage
from signage_common.ros_node import run_node

class Images(Node):
    def __init__(self):
        super().__init__("images")
        self.images = self.create_publisher(CompressedImage, "images", 1)
        self.create_subscription(CompressedImage, "images", lambda _: None, 1)
        self.create_timer(0.01, lambda: self.images.publish(CompressedImage(data=b"picture of a person" * 1000)))
        print("runs", flush=True)

sys.exit(run_node(Images))
"""

READER = """
import glob, os, sys, time
seen = set()
while True:
    for path in glob.glob("/dev/shm/*fastdds*"):
        try:
            with open(path, "rb") as file:
                if path not in seen and os.stat(path).st_uid == {owner}:
                    print("read", path, flush=True)
                    seen.add(path)
        except OSError:
            pass
"""


@pytest.fixture
def images():
    """What starts a node that publishes pictures, in a process of its own."""
    with reserved_domain() as domain_id:
        env = {**os.environ, "ROS_DOMAIN_ID": str(domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
        yield lambda: ProgramUnderTest([sys.executable, "-c", IMAGES], env)


def own_shared_memory(pid):
    """Return the files of /dev/shm that a process has mapped."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {Path(line.split()[-1]) for line in lines if "/dev/shm/fastdds" in line}


def segments_of(pid):
    """Return those that hold messages: a port only says where they lie."""
    files = wait_until(lambda: own_shared_memory(pid), "shared memory")
    return {path for path in files if "port" not in path.name}


@pytest.mark.fault
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another user as well")
def test_no_other_user_reads_the_shared_memory_at_any_moment(images):
    reader = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", sys.executable, "-c"]
    with ProgramUnderTest([*reader, READER.format(owner=os.geteuid())]) as other_user, images() as node:
        node.wait_for("runs")
        segments = segments_of(node.process.pid)
        assert all(path.stat().st_mode & 0o077 == 0 for path in segments)
        assert node.end() == 0
        other_user.close()
        assert not segments & {Path(line.removeprefix("read ")) for line in other_user.lines}


@pytest.mark.fault
def test_shared_memory_of_a_killed_node_is_gone_at_the_next_start(images):
    with images() as killed:
        killed.wait_for("runs")
        left = segments_of(killed.process.pid)
        killed.end(signal.SIGKILL)
    assert all(path.exists() for path in left)
    for path in left:
        os.utime(f"{path}_el", (0, 0))  # as if killed some time after its start
    with images() as node:
        node.wait_for("runs")
        assert not any(path.exists() for path in left)
        running = segments_of(node.process.pid)
        with images() as second:  # which leaves what is in use
            second.wait_for("runs")
            assert all(path.exists() for path in running)
        assert node.end() == 0
    assert not any(path.exists() for path in running)


LISTENER = """
import sys
from rclpy.node import Node
from signage_common.ros_node import run_node
from signage_common.ros_topics import AD_QOS
from std_msgs.msg import String

class Listener(Node):
    def __init__(self):
        super().__init__("listener")
        self.create_subscription(String, "word", lambda word: print("heard", word.data, flush=True), AD_QOS)

sys.exit(run_node(Listener))
"""
STATUS_AT = 20612
"""Where, after a port's state, the status of its first listener begins in Fast DDS 3.2: a byte of flags."""
IN_USE, WAITING = 1, 2


def kill_between_two_messages(pid):
    """Kill a process while those who listen at its ports are neither waiting nor at work, as may happen at any time."""
    os.kill(pid, signal.SIGSTOP)
    opened = {entry.readlink() for entry in Path(f"/proc/{pid}/fd").iterdir()}
    locks = [path for path in opened if path.match("/dev/shm/fastdds_port*_el")]
    assert locks
    for lock in locks:
        port = lock.with_name(lock.name.removesuffix("_el"))
        with port.open("r+b", buffering=0) as file:
            memory = file.read()
            place = private_memory._find_state(memory, int(port.name.removeprefix("fastdds_port")))
            assert memory[place + STATUS_AT] == IN_USE | WAITING, "it is laid out in another way"
            os.pwrite(file.fileno(), bytes([IN_USE]), place + STATUS_AT)
            os.pwrite(file.fileno(), bytes(4), place + 20)  # how many wait
        os.utime(lock, (0, 0))  # as if killed some time after its start
    os.kill(pid, signal.SIGKILL)


@pytest.mark.fault
def test_a_node_hears_those_who_knew_one_that_was_killed_at_the_worst_moment():
    with ros_graph() as graph:
        publisher = graph.probe("").create_publisher(String, "word", AD_QOS)
        publisher.publish(String(data="first"))
        command = [sys.executable, "-c", LISTENER]
        with ProgramUnderTest(command, graph.env) as killed:
            killed.wait_for("heard first")
            kill_between_two_messages(killed.process.pid)
            killed.process.wait()
        with ProgramUnderTest(command, graph.env) as node:
            node.wait_for("heard first")
            publisher.publish(String(data="second"))
            node.wait_for("heard second")


@pytest.mark.fault
def test_a_port_that_is_not_laid_out_as_we_know_it_or_is_in_use_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(private_memory, "SHARED_MEMORY", tmp_path)
    state = (7000, 1, 1000, 333, 512, 0, 7)
    ports = {
        "fastdds_port7000": state,
        "fastdds_port7001": (7001, *state[1:]),  # somebody holds its lock
        "fastdds_port7002": (7002, *state[1:]),  # it has no lock
        "fastdds_port7003": state,  # another's number
        "fastdds_port7004": (7004, 1, 1000, 500, 512, 0, 7),
        "fastdds_port7005": (7005, *state[1:6], 8),
        "fastdds_port7006": (7006, *state[1:]),  # made just now
        "fastdds_portx": state,
        "fastdds_port7008": (),
    }
    for name, words in ports.items():
        (tmp_path / name).write_bytes(bytes(256) + struct.pack(f"<{len(words)}I", *words))
        if name != "fastdds_port7002":
            (tmp_path / f"{name}_el").touch()
            os.utime(tmp_path / f"{name}_el", None if name == "fastdds_port7006" else (0, 0))
    (tmp_path / "fastdds_port7009_el").touch()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with (tmp_path / "fastdds_port7001_el").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert [private_memory.break_dead_ports() for _ in range(2)] == [1, 0]
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert after == before | {"fastdds_port7000": bytes(256) + struct.pack("<7I", *state[:6], 6)}


@pytest.mark.fault
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_a_crash_leaves_no_picture_on_the_disk(images, tmp_path, monkeypatch, number):
    monkeypatch.chdir(tmp_path)
    with images() as node:
        node.wait_for("runs")
        assert int(Path(f"/proc/{node.process.pid}/coredump_filter").read_text(), 16) == 0
        assert node.end(number) == -number
    assert not list(tmp_path.iterdir())
