import pytest
from signage_catalogue.document import DocumentError, parse_document

TENFOLD = (f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]" for old, new in zip("abcde", "bcdef", strict=True))
BOMB = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "\n".join(TENFOLD)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("a: 1\nb: [x, 2.5, true, null, ~]", {"a": 1, "b": ["x", 2.5, True, None, None]}),
        ("on: no\nyes: off", {"on": "no", "yes": "off"}),
        ("from: 22:00\nto: 07:00", {"from": "22:00", "to": "07:00"}),
        ("day: 2026-11-01", {"day": "2026-11-01"}),
        ('id: "0123"\nnull: x\n3: y', {"id": "0123", "null": "x", "3": "y"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("n: -5\nf: -0.5\ni: .inf", {"n": -5, "f": -0.5, "i": ".inf"}),
        ("트레이너: 신발", {"트레이너": "신발"}),
        ("\u1102\u1161: 1", {"\ub098": 1}),
        ("a: !!str 5", {"a": "5"}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
    ],
)
def test_plain_data(text, data):
    assert parse_document(text).data == data


def test_lines_of_fields_and_of_what_is_missing():
    document = parse_document("a:\n  b: 1\n\n  c:\n    - x\n    - y: 2\n")
    places = [(), ("a",), ("a", "b"), ("a", "c"), ("a", "c", 0), ("a", "c", 1, "y"), ("a", "gone", "far"), ("z",)]
    assert [document.line_of(place) for place in places] == [1, 1, 2, 4, 5, 6, 1, 1]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1, 2\nc: 3", 3, "expected YAML"),
        ("a: 1\n---\nb: 2", 2, "expected YAML"),
        ("a: \x07", 0, "expected YAML"),
        ("a: 1\nb:\n  c: 1\n  c: 2", 4, "each name once, got it again after line 3"),
        ("[a]: 1", 1, "expected a name as the key"),
        ("a: !!python/object:os.system {}", 1, "expected a plain value|expected YAML"),
        ("a: !secret x", 1, "got the tag !secret"),
        ("a: &x [*x]", 1, "at most 20 levels"),
        ("[" * 30 + "]" * 30, 1, "at most 20 levels"),
        (BOMB, 0, "200000 fields"),
    ],
)
def test_what_is_refused(text, line, message):
    with pytest.raises(DocumentError, match=message) as caught:
        parse_document(text)
    assert not line or caught.value.problem.line == line
