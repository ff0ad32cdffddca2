"""The single steps' own logic."""

import io
import tarfile

import psutil
import pytest
from signage_cli.setup.commands import run
from signage_cli.setup.errors import SetupError
from signage_cli.setup.ros import RosInstallation
from signage_cli.setup.wheel_paths import corrected

from signage_cli.setup import npm, packages, portraits, workspace


def test_pip_lines_become_a_count():
    shown = []
    on_line = packages.pip_counter(3, shown.append)
    for line in (
        "Collecting numpy==1.23.5 (from -r lock (line 1))",
        "  Using cached numpy.whl",
        "Requirement already satisfied: rich==14.3.4 in /somewhere",
        "Installing collected packages: numpy",
    ):
        on_line(line)
    assert shown == ["1 of 3: numpy==1.23.5", "2 of 3: rich==14.3.4", "installing 3 packages"]


@pytest.mark.parametrize(
    ("extra", "version", "ros", "name"),
    [
        ("run", "3.11", None, "run-py3.11.txt"),
        ("test", "3.10", None, "test-py3.10.txt"),
        ("run", "3.12", RosInstallation("jazzy"), "ros-py3.12.txt"),
        ("test", "3.12", RosInstallation("jazzy"), "rostest-py3.12.txt"),
        ("detectors", "3.11", None, "detectors-py3.11.txt"),
        ("detectors", "3.12", RosInstallation("jazzy"), "rosdetectors-py3.12.txt"),
    ],
)
def test_every_way_to_run_has_its_lock(pytestconfig, extra, version, ros, name):
    lock = packages.lock_file(pytestconfig.rootpath, extra, version, ros)
    assert lock.name == name
    text = lock.read_text()
    assert text.count("--hash=sha256:") >= len(packages._PINNED.findall(text)) > 3
    assert ros is None or "\nros-" not in text


def test_colcon_lines_become_a_count():
    shown = []
    on_line = workspace.package_counter(7, shown.append)
    for line in ("Starting >>> signage_msgs", "Finished <<< signage_msgs [27.7s]"):
        on_line(line)
    assert shown == ["0 of 7 packages: signage_msgs", "1 of 7 packages: signage_msgs"]


def test_baked_paths_are_replaced_whatever_python_built_the_wheel():
    text = (
        'set(a "/opt/python/cp311-cp311/include/python3.11")\n'
        'set(b "/opt/python/cp310-cp310/lib/python3.10/site-packages/numpy/_core/include")\n'
    )
    assert corrected(text, "/usr/include/python", "/numpy") == 'set(a "/usr/include/python")\nset(b "/numpy")\n'


def test_portraits_come_out_of_the_archive(tmp_path):
    archive = tmp_path / "a.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in portraits.NAMES:
            member = tarfile.TarInfo(f"face/tests/{name}")
            member.size = len(name)
            tar.addfile(member, io.BytesIO(name.encode()))
    portraits.extract(archive, tmp_path)
    assert all((tmp_path / name).read_text() == name for name in portraits.NAMES)


def test_an_archive_without_portraits_is_named(tmp_path):
    archive = tmp_path / "a.tar.gz"
    tarfile.open(archive, "w:gz").close()
    with pytest.raises(SetupError, match=r"a\.tar\.gz: expected obama\.jpg"):
        portraits.extract(archive, tmp_path)


def test_a_folder_is_replaced_whole(tmp_path):
    for name, content in (("old", "1"), ("new", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(content)
    npm.replace_folder(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old" / "file").read_text() == "2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("npm http fetch GET 200 https://registry/esbuild/-/esbuild-0.25.0.tgz 93ms", "esbuild-0.25.0.tgz"),
        ("added 4 packages in 2s", "installing"),
    ],
)
def test_npm_lines_become_names(line, shown):
    assert npm.shortened(line) == shown


def test_a_failing_program_is_told_with_its_last_lines(tmp_path):
    log = tmp_path / "log"
    with pytest.raises(SetupError, match="sh ended with status 3") as error:
        run(["sh", "-c", "echo out; echo why >&2; exit 3"], log, {"PATH": "/usr/bin:/bin"})
    assert "why" in str(error.value) and str(log) in str(error.value)
    assert "out\nwhy\n" in log.read_text()


def test_a_program_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SetupError, match="no-such-program"):
        run(["no-such-program"], tmp_path / "log", {"PATH": "/usr/bin"})


def test_an_interrupt_ends_a_program_with_all_that_it_started(tmp_path):
    def interrupt(line):
        started.append(int(line))
        raise KeyboardInterrupt

    started = []
    with pytest.raises(KeyboardInterrupt):
        run(["sh", "-c", "sleep 60 & echo $!; wait"], tmp_path / "log", {"PATH": "/usr/bin:/bin"}, on_line=interrupt)
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in started if psutil.pid_exists(pid)], timeout=10)
    assert started and not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
