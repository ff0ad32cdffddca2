import datetime

import pytest
from pydantic import TypeAdapter, ValidationError
from signage_catalogue.fields import AgeRange, Date, Day, Minutes, Name, Zone


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (Name, "봄 세일", "봄 세일"),
        (Name, "\u1102\u1161", "\ub098"),
        (Name, "x" * 100, "x" * 100),
        (Minutes, "00:00", 0),
        (Minutes, "07:30", 450),
        (Minutes, "24:00", 1440),
        (Date, "2026-02-28", datetime.date(2026, 2, 28)),
        (Day, "sun", "sun"),
        (AgeRange, [20, 20], (20, 20)),
        (AgeRange, [0, 120], (0, 120)),
    ],
)
def test_what_is_taken(kind, value, result):
    assert TypeAdapter(kind).validate_python(value) == result


def test_a_time_zone():
    assert TypeAdapter(Zone).validate_python("Asia/Seoul").key == "Asia/Seoul"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Name, "", "expected a name"),
        (Name, " a", "expected a name"),
        (Name, "a/b", "without slashes"),
        (Name, "a\\b", "without slashes"),
        (Name, "a\nb", "printable"),
        (Name, "x" * 101, "1 to 100"),
        (Name, 5, "put in quotes"),
        (Minutes, "7:30", "time of day"),
        (Minutes, "24:01", "time of day"),
        (Minutes, "12:60", "time of day"),
        (Minutes, 730, "time of day"),
        (Date, "2026-02-29", "a date such as"),
        (Date, 20261101, "a date such as"),
        (Day, "monday", "expected one of mon"),
        (AgeRange, [39, 20], "youngest age first"),
        (AgeRange, [20], "youngest, oldest"),
        (AgeRange, [20.5, 30], "whole years"),
        (AgeRange, [True, 30], "whole years"),
        (AgeRange, [20, 121], "from 0 to 120"),
        (AgeRange, "20-39", "youngest, oldest"),
        (Zone, "Seoul", "a time zone such as"),
        (Zone, "../etc/passwd", "a time zone such as"),
        (Zone, "", "a time zone such as"),
        (Zone, 9, "a time zone such as"),
    ],
)
def test_what_is_refused(kind, value, expected):
    with pytest.raises(ValidationError, match=expected):
        TypeAdapter(kind).validate_python(value)
