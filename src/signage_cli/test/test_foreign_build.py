"""README's recipe for a machine with ROS 2, word for word: ``colcon build`` by the system's Python, and then its nodes.

The system's Python is stood in for by one that has all that a ROS 2 brings, and none of what the set-up installs.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from signage_cli.setup import environment, products
from signage_cli.setup.machine import Layout
from signage_cli.setup.running import Programs, RunningStep
from signage_common.home import signage_home
from signage_common.process_testing import PATIENCE_S, ProgramUnderTest

pytestmark = [pytest.mark.graph, pytest.mark.fault]
PACKAGES = ("signage_common", "signage_catalogue", "deeplens_camera", "face_inference", "ad_selector", "signage_bridge")
NODES = {
    "camera": "deeplens_camera",
    "face_inference": "face_inference",
    "ad_selector": "ad_selector",
    "signage_bridge": "signage_bridge",
}
OF_THE_SET_UP = re.compile(r"(mxnet|cbor2|_cbor2|pydantic|onnx|aiohttp|flatbuffers)")
LACKING = {"face_inference": "", "ad_selector": "pydantic", "signage_bridge": "aiohttp|cbor2|pydantic"}
"""What nodes say that they lack; the camera needs nothing but what a ROS 2 brings, and MXNet is looked for later."""
NO_TEXT = "Jos\udce9"
"""A byte that is no text, as in a person's name in the environment."""


@pytest.fixture(scope="module")
def root(pytestconfig):
    return pytestconfig.rootpath


@pytest.fixture(scope="module")
def system_python(tmp_path_factory):
    """A Python that sees what a ROS 2 brings."""
    prefix = tmp_path_factory.mktemp("system") / "usr"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
    (site,) = prefix.glob("lib/python*/site-packages")
    (ours,) = Path(sys.prefix).glob("lib/python*/site-packages")
    for path in ours.iterdir():
        if not OF_THE_SET_UP.match(path.name) and not (site / path.name).exists():
            (site / path.name).symlink_to(path)
    return prefix / "bin" / "python"


@pytest.fixture(scope="module")
def sourced(root, system_python):
    """The environment of somebody who has sourced a ROS 2 that has our messages."""
    messages = root / "install" / "signage_msgs"
    (python_path,) = messages.glob("lib/python*/site-packages")
    ours = ("SIGNAGE_ROOT", "VIRTUAL_ENV", "COLCON_PREFIX_PATH", "CMAKE_PREFIX_PATH")
    env = {name: value for name, value in os.environ.items() if name not in ours}
    env.update(
        PYTHONPATH=str(python_path),
        AMENT_PREFIX_PATH=f"{messages}:{sys.prefix}",
        PATH=f"{system_python.parent}:/usr/bin:/bin",
        OWNER=NO_TEXT,
    )
    return env


@pytest.fixture(scope="module")
def clone(root, tmp_path_factory):
    """The sources of the nodes, with the environment that the set-up made."""
    folder = tmp_path_factory.mktemp("ws") / "clone"
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("test", "web", "__pycache__", "*.egg-info")
        shutil.copytree(root / "src" / name, folder / "src" / name, ignore=ignored)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="module")
def built(clone, system_python, sourced):
    """The clone after ``colcon build``, and the environment after ``. install/setup.bash``."""
    build = [system_python, "-m", "colcon", "build", "--event-handlers", "console_direct+"]
    subprocess.run(build, cwd=clone, env=sourced, check=True, stdout=subprocess.DEVNULL, timeout=3 * PATIENCE_S)
    after = subprocess.run(
        ["bash", "-c", ". install/setup.bash >&2 && env -0"], cwd=clone, env=sourced, check=True, stdout=subprocess.PIPE
    )
    env = dict(item.split("=", 1) for item in os.fsdecode(after.stdout).split("\0") if "=" in item)
    return clone / "install", env


@pytest.fixture
def start(graph, root):
    """Start an installed node as ros2 launch does; give the program, and a function that says whether it is ready."""
    page, catalogue = signage_home() / "page", root / "launch" / "demo" / "ads.yaml"
    for path in (page / "index.html", signage_home() / "models" / "manifest.json"):
        if not path.exists():
            pytest.skip(f"{path} is missing; `./signage setup` makes it")
    words = {
        "camera": ["source:=synthetic"],
        "face_inference": [],
        "ad_selector": [f"catalog:={catalogue}"],
        "signage_bridge": [f"catalog:={catalogue}", f"page_dir:={page}", "http_port:=0", "rosbridge_port:=0"],
    }
    started = []

    def start(install, env, name, *more):
        parameters = [part for word in words[name] for part in ("-p", word)]
        program = install / NODES[name] / "lib" / NODES[name] / name
        domain = {"ROS_DOMAIN_ID": graph.env["ROS_DOMAIN_ID"], "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
        command = [program, "--ros-args", "-r", "__ns:=/deeplens1", *parameters, *more]
        started.append(ProgramUnderTest(command, {**env, **domain}))
        return started[-1]

    yield start
    for program in started:
        program.close()


@pytest.fixture
def told_ready(tmp_path):
    """A socket that nodes say READY=1 to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "ready"))
        listener.settimeout(PATIENCE_S)
        yield listener


@pytest.mark.parametrize("name", NODES)
def test_the_nodes_find_what_they_need_however_they_were_built(built, start, told_ready, name):
    install, env = built
    program = start(install, {**env, "NOTIFY_SOCKET": told_ready.getsockname()}, name)
    assert told_ready.recv(100) == b"READY=1", program.errors
    assert Path(f"/proc/{program.process.pid}/cmdline").read_bytes().startswith(os.fsencode(sys.prefix))
    assert program.end() == 0 and "Traceback" not in program.errors


@pytest.mark.parametrize("name", NODES)
def test_the_workspace_alone_is_sourced(built, start, told_ready, name):
    """ROS 2 lies in the environment that the set-up made, and nobody has named its prefix."""
    install, env = built
    paths = [path for path in env["AMENT_PREFIX_PATH"].split(os.pathsep) if path != sys.prefix]
    env = {**env, "AMENT_PREFIX_PATH": os.pathsep.join(paths), "NOTIFY_SOCKET": told_ready.getsockname()}
    program = start(install, env, name)
    assert told_ready.recv(100) == b"READY=1", program.errors


@pytest.mark.parametrize("name", NODES)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_again_and_again_ends_a_node_as_one_does(built, start, told_ready, name, number):
    install, env = built
    program = start(install, {**env, "NOTIFY_SOCKET": told_ready.getsockname()}, name)
    assert told_ready.recv(100) == b"READY=1", program.errors
    while program.process.poll() is None:
        program.process.send_signal(number)
    assert program.wait() == 0 and "Traceback" not in program.errors


def test_a_clone_within_a_larger_workspace_is_found_by_the_link_beside_the_models(built, start, told_ready, tmp_path):
    install, env = built
    elsewhere = tmp_path / "opt" / "install"
    shutil.copytree(install, elsewhere, symlinks=True)
    home = tmp_path / "home"
    home.mkdir()
    (home / "venv").symlink_to(sys.prefix)
    env = {**env, "SIGNAGE_HOME": str(home), "NOTIFY_SOCKET": told_ready.getsockname()}
    program = start(elsewhere, env, "ad_selector")
    assert told_ready.recv(100) == b"READY=1", program.errors


@pytest.mark.parametrize("name", LACKING)
def test_without_the_set_up_one_line_names_it(built, start, tmp_path, name):
    install, env = built
    elsewhere = tmp_path / "opt" / "install"
    shutil.copytree(install, elsewhere, symlinks=True)
    program = start(elsewhere, {**env, "SIGNAGE_HOME": str(tmp_path / "none")}, name)
    assert program.wait() == 2
    (line,) = program.error_lines
    assert line.startswith("error: ") and "./signage setup" in line and re.search(LACKING[name], line)


def test_a_foreign_build_is_noticed_and_built_anew(built, clone, sourced, monkeypatch, tmp_path):
    layout = Layout(clone, tmp_path / "home")
    layout.home.mkdir()
    assert set(products.unlinked_packages(layout)) == set(PACKAGES)
    before = products.workspace_fingerprint(layout, [])
    monkeypatch.setattr(products, "package_folders", lambda root: [root / "src" / name for name in PACKAGES])
    step = RunningStep(tmp_path / "log", lambda text: None, Programs())
    env = {**sourced, "PATH": f"{sys.prefix}/bin:{sourced['PATH']}"}
    products.build_workspace(step, layout, env)
    assert products.unlinked_packages(layout) == []
    assert products.workspace_fingerprint(layout, []) != before
    assert (layout.home / "venv").resolve() == Path(sys.prefix).resolve()
    assert str(clone / "build" / "ad_selector") in environment.overlay_file(layout).read_text()


def test_a_program_that_was_written_over_is_noticed(tmp_path, root):
    layout = Layout(tmp_path, tmp_path / "home")
    shutil.copytree(root / "src" / "ad_selector", tmp_path / "src" / "ad_selector")
    for name in ("msg", "launch"):
        (tmp_path / name).mkdir()
    installed = tmp_path / "install" / "ad_selector"
    for source, place in (("package.xml", "share/ad_selector"), ("scripts/ad_selector", "lib/ad_selector")):
        (installed / place).mkdir(parents=True)
        (installed / place / Path(source).name).symlink_to(tmp_path / "src" / "ad_selector" / source)
    assert products.unlinked_packages(layout) == []
    program = installed / "lib" / "ad_selector" / "ad_selector"
    program.unlink()
    program.write_text("#!/usr/bin/python3\n")
    assert products.unlinked_packages(layout) == ["ad_selector"]
