import io

from face_models.evaluation.figures import measure
from face_models.evaluation.tables import compare, make_tables
from rich.console import Console
from signage_common.demographics import Gender

ROWS = [(Gender.MALE, 30.0, 0.92, 34.0), (Gender.FEMALE, 52.0, 0.85, 30.0), (Gender.FEMALE, 6.0, 0.01, 7.0)]


def show(*tables):
    text = io.StringIO()
    console = Console(file=text, width=140)
    for table in tables:
        console.print(table)
    return text.getvalue()


def test_what_the_terminal_shows(tabulate_rows):
    text = show(*make_tables(measure(tabulate_rows(ROWS))))
    for expected in ("0.667 [0.208, 0.939]", "30s", "female", "share of all", "Decade: labels down", "9.00 ["):
        assert expected in text


def test_nothing_is_a_dash(tabulate_rows):
    text = show(*make_tables(measure(tabulate_rows(ROWS[-1:]))))
    assert "│ - " in text or " - │" in text


def test_two_networks_side_by_side(tabulate_rows):
    old, new = measure(tabulate_rows(ROWS[:2])), measure(tabulate_rows([ROWS[0], (Gender.FEMALE, 52.0, 0.1, 50.0)]))
    text = show(compare(old, new, ("old", "new")))
    assert "The same 2 faces" in text
    line = next(line for line in text.splitlines() if "gender accuracy " in line)
    assert "0.500" in line and "1.000" in line
