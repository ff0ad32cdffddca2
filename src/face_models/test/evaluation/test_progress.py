import io

from face_models.evaluation.progress import showing_progress
from rich.console import Console


def test_lines_now_and_then_where_there_is_no_terminal():
    text = io.StringIO()
    with showing_progress("work", 50, Console(file=text)) as show:
        for done in range(1, 51):
            show(done)
    assert text.getvalue().splitlines()[-1] == "work: 50 of 50"
    assert len(text.getvalue().splitlines()) == 10


def test_a_bar_on_a_terminal():
    text = io.StringIO()
    with showing_progress("work", 3, Console(file=text, force_terminal=True, width=80)) as show:
        show(3)
    assert "3/3" in text.getvalue()
