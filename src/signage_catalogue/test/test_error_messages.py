import pytest
from pydantic import ValidationError
from signage_catalogue.document import parse_document
from signage_catalogue.error_messages import problems_of
from signage_catalogue.schema import CatalogueFile

HEAD = "version: 1\nfallback: [a]\ncreatives:\n  a: {file: a.webm}\n"


@pytest.mark.parametrize(
    ("text", "line", "field", "message"),
    [
        ("fallback: [a]\ncreatives: {a: {file: x}}", 1, "version", "expected this field, which is required"),
        (HEAD + "campaigns:\n  x: {}", 6, "campaigns.x.creatives", "expected this field, which is required"),
        (HEAD + "campaigns:\n  x: 5", 6, "campaigns.x", "expected a mapping of fields, got 5"),
        (HEAD + "campaigns: [x]", 5, "campaigns", "expected a mapping of names, got ['x']"),
        (HEAD + "campaigns:", 5, "campaigns", "expected a mapping of names, got nothing"),
        (
            HEAD + "colour: red",
            5,
            "colour",
            "unknown field; expected one of version, timezone, fallback, creatives, campaigns",
        ),
        (
            HEAD + "campaigns:\n  x:\n    creatives: [a]\n    priority: high",
            8,
            "campaigns.x.priority",
            "expected a whole number, got 'high'",
        ),
        (
            HEAD + "campaigns:\n  x:\n    creatives: [a]\n    weight: -1",
            8,
            "campaigns.x.weight",
            "expected more than 0.0, got -1",
        ),
        (
            HEAD + "campaigns:\n  x:\n    creatives: [a, 5]",
            7,
            "campaigns.x.creatives[1]",
            "expected a name, got 5; a number as a name is put in quotes",
        ),
        (
            HEAD + "campaigns:\n  x:\n    creatives: [a]\n    target: {gender: men}",
            8,
            "campaigns.x.target.gender",
            "expected 'any', 'female' or 'male', got 'men'",
        ),
        (
            HEAD + "campaigns:\n  a/b: {creatives: [a]}",
            6,
            "campaigns.a/b",
            "expected a name of 1 to 100 printable characters without slashes, got 'a/b'",
        ),
        (HEAD.replace("1", "2"), 1, "version", "expected 1, got 2"),
        (
            HEAD.replace("a.webm", "[]"),
            4,
            "creatives.a.file",
            "expected a text; a number as a text is put in quotes, got []",
        ),
        (
            HEAD.replace("a.webm", '"' + 2 * "x" + '", ad_id: ' + 201 * "y"),
            4,
            "creatives.a.ad_id",
            "expected at most 200 characters, got '" + 56 * "y" + "...",
        ),
        (HEAD.replace("1", "true", 1), 1, "version", "expected 1, got True"),
        (HEAD.replace("1", "1.0", 1), 1, "version", "expected 1, got 1.0"),
        (
            HEAD.replace("a.webm", "a.webm, duration_s: 1e-6"),
            4,
            "creatives.a.duration_s",
            "expected at least 0.5, got 1e-06",
        ),
        (
            HEAD.replace("[a]", f"[{'a,' * 201}]"),
            2,
            "fallback",
            "expected at most 200 entries, got [" + 11 * "'a', " + "'...",
        ),
    ],
)
def test_a_problem_has_line_field_and_what_was_expected(text, line, field, message):
    document = parse_document(text)
    with pytest.raises(ValidationError) as caught:
        CatalogueFile.model_validate(document.data)
    (problem,) = problems_of(caught.value, document)
    assert (problem.line, problem.field, problem.message) == (line, field, message)
