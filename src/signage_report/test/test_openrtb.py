"""The audience as OpenRTB 2.6: the specification's fields, the multiplier, and what is left out."""

import datetime
import json
from itertools import pairwise

import pytest
from pydantic import ValidationError
from signage_common.errors import ConfigurationError
from signage_report.openrtb import (
    BY,
    Dooh,
    Imp,
    Placements,
    Publisher,
    Qty,
    as_openrtb,
    read_placements,
    unknown_screens,
)

# The attributes of the specification's tables, 2.6.md of 2.6-202505, by section.
SPECIFICATION = {
    Qty: {"multiplier", "sourcetype", "vendor", "ext"},  # 3.2.31
    Dooh: {
        *("id", "name", "venuetype", "venuetypetax", "publisher", "domain", "keywords", "content", "ext"),
    },  # 3.2.32
    Publisher: {"id", "name", "cattax", "cat", "domain", "ext"},  # 3.2.15
}


_NESTED = "".join(f", &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in pairwise("abcdefghi"))
BOMB = f"default: {{ext: {{lists: [&a [1, 1]{_NESTED}]}}}}"


@pytest.mark.parametrize("model", SPECIFICATION)
def test_objects_have_the_fields_of_the_specification(model):
    assert set(model.model_fields) == SPECIFICATION[model]


def test_each_screen_has_its_hours_with_watchers_by_plays(day_in_a_file):
    first, second = json.loads(as_openrtb(day_in_a_file.report(*BY), Placements()))
    assert (first["dooh"], second["dooh"]) == ({"id": "s1", "name": "s1"}, {"id": "s2", "name": "s2"})
    start_ms = datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.timezone.utc).timestamp() * 1000
    qty = {"multiplier": 3.25, "sourcetype": 2}  # thirteen watchers, four plays; at ten nobody came to it
    assert first["imp"] == [{"id": "1", "tagid": "s1", "qty": qty, "dt": start_ms}]
    assert second["imp"] == [{"id": "1", "tagid": "s2", "qty": {"multiplier": 6.0, "sourcetype": 2}, "dt": start_ms}]


def test_hours_of_few_people_are_left_out(accounts):
    for number, watchers in enumerate((2, 8, 30)):
        accounts.episode(f"e{number}", f"{9 + number:02d}:00:00", "20f", watchers)
        accounts.play("s1", "spring", "shoes", f"e{number}", f"{9 + number:02d}:00:01", 8.0)
    (screen,) = json.loads(as_openrtb(accounts.report(*BY), Placements()))
    assert [imp["qty"]["multiplier"] for imp in screen["imp"]] == [30.0]


def test_screens_are_described_by_a_file(day_in_a_file, tmp_path):
    path = tmp_path / "screens.yaml"
    path.write_text(
        "vendor: measures.example.com\n"
        'default: {venuetype: ["205"], venuetypetax: 1, publisher: {name: Mall, domain: mall.example.com}}\n'
        "screens: {s1: {name: Entrance}}\n"
    )
    first, second = json.loads(as_openrtb(day_in_a_file.report(*BY), read_placements(path)))
    shared = {"venuetype": ["205"], "venuetypetax": 1, "publisher": {"name": "Mall", "domain": "mall.example.com"}}
    assert first["dooh"] == {"id": "s1", "name": "Entrance", **shared}
    assert second["dooh"] == {"id": "s2", "name": "s2", **shared}
    assert first["imp"][0]["qty"] == {"multiplier": 3.25, "sourcetype": 1, "vendor": "measures.example.com"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("screens: {s1: {venue: 3}}", "screens.s1.venue"),
        ("default: {venuetype: 205}", "default.venuetype"),
        ("vendor: not a domain", "vendor"),
        ("- a list", "the file"),
        ("a: [", r"line \d: expected YAML"),
        ("\x80", "expected YAML"),
        ("default: {}\ndefault: {}", "line 2: "),
        ("default: {ext: {logo: !!binary /w==}}", "line 1: .*binary"),
        ("default: {ext: &again {and: *again}}", "line 1: "),
        pytest.param(BOMB, "line 1: expected at most 20 levels and 200000 fields", id="aliases of aliases"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path, text, expected):
    path = tmp_path / "screens.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigurationError, match=expected):
        read_placements(path)


def test_a_screen_that_nobody_knows_is_told(day_in_a_file):
    placements = Placements(screens={"s1": Dooh(), "s9": Dooh(name="Exit")})
    assert unknown_screens(day_in_a_file.report(*BY), placements) == ["s9"]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigurationError, match="No such file"):
        read_placements(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "fields",
    [
        {"multiplier": 0.0},
        {"multiplier": float("inf")},
        {"multiplier": "3"},
        {"multiplier": 1.0, "sourcetype": 1},
        {"multiplier": 1.0, "sourcetype": 9},
        {"multiplier": 1.0, "qtyflt": 2.0},
    ],
)
def test_what_the_specification_forbids_is_refused(fields):
    with pytest.raises(ValidationError):
        Qty.model_validate_json(json.dumps(fields))


def test_an_imp_needs_its_id():
    with pytest.raises(ValidationError):
        Imp.model_validate({"tagid": "s1", "qty": {"multiplier": 1.0}, "dt": 1.0})
