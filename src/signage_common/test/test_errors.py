import errno

import pytest
from signage_common.errors import ConfigurationError, SignageError, exit_status_of


def raising(error):
    def work():
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (SignageError("the film can't be written"), 1, "error: the film can't be written\n"),
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
