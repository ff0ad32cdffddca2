"""A node's process, from its start to its end."""

import os
import signal
import subprocess
import sys

import pytest
from signage_common.ros_testing import reserved_domain

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
            exec(act)

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
