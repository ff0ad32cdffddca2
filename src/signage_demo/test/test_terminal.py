import io

from rich.console import Console
from signage_demo.events import Decision
from signage_demo.terminal import TerminalReport


def written(act, **kwargs):
    stream = io.StringIO()
    act(TerminalReport(Console(file=stream, width=60, **kwargs)))
    return stream.getvalue()


def test_one_line_for_a_decision_however_narrow_the_terminal():
    decision = Decision("e1", "20f", "trainers", "spring-run", "gender and age match [20, 39]; " * 3, 41.6)
    text = written(lambda report: report.decision(decision))
    assert text.count("\n") == 1
    assert "20f" in text and "trainers (spring-run)" in text and "42 ms" in text and "[20, 39]" in text


def test_the_fallback_is_told_as_nobody():
    text = written(lambda report: report.decision(Decision("", "unknown", "house-loop", "", "nobody is there", 3.0)))
    assert "nobody" in text and "house-loop" in text and "ms" not in text


def test_addresses_are_plain_where_there_is_no_terminal_and_coloured_on_one():
    def act(report):
        report.address("http://127.0.0.1:8080/", "ssh -L 8080:127.0.0.1:8080 me@here")

    assert written(act) == (
        "the sign is at http://127.0.0.1:8080/  (Ctrl-C ends)\n"
        "from another machine: ssh -L 8080:127.0.0.1:8080 me@here\n"
    )
    assert "\x1b[" in written(act, force_terminal=True)
