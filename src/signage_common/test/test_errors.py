import errno
import signal
import sys

import pytest
from signage_common.errors import ConfigurationError, SignageError, exit_status_of, printable, without_passwords
from signage_common.process_testing import ProgramUnderTest


def raising(error):
    def work():
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (SignageError("the film can't be written"), 1, "error: the film can't be written\n"),
        (SignageError("two\nlines: bad"), 1, "error: two\\nlines: bad\n"),
        (FileNotFoundError(errno.ENOENT, "gone", "two\nlines"), 1, "error: two\\nlines: gone\n"),
        (ConfigurationError("port: expected a number"), 2, "error: port: expected a number\n"),
        (OSError(errno.ENOSPC, "No space left on device", "a.json"), 1, "error: a.json: No space left on device\n"),
        (KeyboardInterrupt(), 0, ""),
    ],
)
def test_an_error_is_one_line_and_a_status(error, status, said, capsys):
    assert exit_status_of(raising(error)) == status
    assert capsys.readouterr() == ("", said)


def test_an_interrupt_is_answered_where_it_is_not_the_usual_end(capsys):
    assert exit_status_of(raising(KeyboardInterrupt()), "stopped before the end") == 1
    assert capsys.readouterr().err == "stopped before the end\n"


def test_work_tells_its_own_status():
    assert exit_status_of(lambda: 3) == 3
    assert exit_status_of(lambda: None) == 0


def test_what_nobody_foresaw_is_not_hidden():
    with pytest.raises(OSError, match="broken"):
        exit_status_of(raising(OSError("broken")))


IMPORTS = """
import sys
from signage_common.errors import exit_status_of

def work():
    import slow

sys.exit(exit_status_of(work, sys.argv[1]))
"""
SLOW = """
import signal
print("importing", flush=True)
try:
    while True:
        signal.pause()
except BaseException:  # as libraries of C make ImportErrors of everything
    raise ImportError("failed to import")
"""


@pytest.mark.fault
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("words", "status"), [("", 0), ("stopped before the end", 1)])
def test_a_signal_while_modules_are_imported_ends_quietly(tmp_path, monkeypatch, number, words, status):
    (tmp_path / "slow.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    with ProgramUnderTest([sys.executable, "-c", IMPORTS, words]) as program:
        program.wait_for("importing")
        assert program.end(number) == status
    assert program.error_lines == ([words] if words else [])


@pytest.mark.fault
def test_a_full_disk_under_a_file_is_one_line(capsys):
    def work():
        with open("/dev/full", "w", buffering=1) as file:  # noqa: PTH123  writing to it names no file
            file.write("x\n")

    assert exit_status_of(work) == 1
    assert capsys.readouterr().err == "error: a file is not whole: No space left on device\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_are_what_they_were_afterwards(number):
    before, during = signal.getsignal(number), []
    assert exit_status_of(lambda: during.append(signal.getsignal(number))) == 0
    assert signal.getsignal(number) == before and callable(during[0])


@pytest.mark.fault
def test_without_memory_there_is_one_line(capsys):
    def work():
        raise MemoryError

    assert exit_status_of(work) == 1 and capsys.readouterr().err == "error: not enough memory\n"


@pytest.mark.fault
@pytest.mark.parametrize("around", ["{}", "found nothing at {}", "got '{}'; expected another", "{}: gone, {}"])
@pytest.mark.parametrize(
    "address",
    [
        "http://u:secret@h/x.webm?pwd=secret",
        "http:/u:secret@h/x.webm",  # as a path
        "rtsp://u:sec/secret@h:554/s",
        "https://secret@h/x",
        "http://h/x?user=u&pwd=secret",
        "http://h/x;token=secret#a=secret",
        "rtsp://u:p@ss@secret@h/x",
    ],
)
def test_no_line_tells_a_password(around, address):
    told = without_passwords(around.format(*[address] * 2))
    assert "secret" not in told and "..." in told


@pytest.mark.parametrize(
    "line",
    [
        "parameter fps: expected 0 to 120, got 200",
        "the sign will be at http://127.0.0.1:8080/; log file /home/a@b/up.log",
        "expected rtsp://HOST[:PORT]/PATH; write @ as %40, ? as %3F",
        "ads.yaml:2: timezone: expected a time zone, got 'x=y'",
        "source film.mp4?: not found",
    ],
)
def test_other_lines_stay_as_they_are(line):
    assert without_passwords(line) == line


def test_a_text_from_elsewhere_is_one_line_that_moves_no_cursor():
    assert printable("a\nb\x1b[31m\x9b2J\u2028") == r"a\nb\x1b[31m\x9b2J\u2028"
    assert printable("/deeplens1/faces 한국 é") == "/deeplens1/faces 한국 é"
