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
        ("a: ! 5\nb: !!int 5\nc: !!float 5", {"a": "5", "b": 5, "c": 5.0}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
    ],
)
def test_plain_data(text, data):
    assert parse_document(text).data == data


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "value"),
    [
        # As the core schema of YAML 1.2 reads them (section 10.3.2), whatever YAML 1.1 made of them.
        *[("1e3", 1000.0), ("1E3", 1000.0), ("+12e-1", 1.2), (".5", 0.5), ("5.", 5.0), ("1.e2", 100.0), ("-1e0", -1.0)],
        *[("0", 0), ("-0", 0), ("+3", 3), ("017", 17), ("0o17", 15), ("0x1F", 31), ("08", 8)],
        *[(word, word) for word in ("on", "Off", "yes", "NO", "y", "n", "TRue")],
        *[(word, word) for word in ("1_000", "0b11", "12:30:45", "190:20:30", "2026-11-01", "2026-11-01T10:00:00Z")],
        *[(word, word) for word in ("0x", "0o8", "1e", "e3", "1e3.5", "+-1", "--1", "1..2", "<<", "=")],
        *[('"1e3"', "1e3"), ("'5'", "5"), ('"true"', "true"), ('""', ""), ('"~"', "~")],
        *[("TRUE", True), ("False", False), ("~", None), ("Null", None), ("", None)],
        ("9" * 30, 1e30),
        ("1e999", float("inf")),
        ("9" * 1000, "9" * 1000),
    ],
)
def test_plain_scalars_are_those_of_the_core_schema(text, value):
    data = parse_document(f"a: {text}").data["a"]
    assert data == value and type(data) is type(value)


@pytest.mark.fault
@pytest.mark.parametrize(
    "text",
    [
        "version: 1\r\na: [b]\r\n",
        "version: 1\ra: [b]\r",
        "%YAML 1.2\n---\nversion: 1\na: [b]\n...\n",
        "{version: 1, a: [b]}",
    ],
)
def test_line_ends_and_forms_of_one_document(text):
    assert parse_document(text).data == {"version": 1, "a": ["b"]}


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
        ("a: *x\nb: &x 1", 1, "expected the anchor &x before its alias"),
        ("a: &x b\n*x : 1", 2, "expected a name as the key"),
        ("a:\n\tb: 1", 2, "expected YAML"),
        ("\0a: 1", 0, "expected YAML"),
        ("v\0e\0r\0", 0, "expected YAML"),
        ("a: !!set {b}", 1, "got the tag"),
        ("a: !!binary aGk=", 1, "got the tag"),
        ("é: 1\ne\u0301: 2", 2, "each name once"),
        ('a: "\\ud800"', 1, "expected YAML"),
    ],
)
def test_what_is_refused(text, line, message):
    with pytest.raises(DocumentError, match=message) as caught:
        parse_document(text)
    assert not line or caught.value.problem.line == line


MANY = 100_000
DEEP = {
    "lists": "[" * MANY,
    "closed lists": "[" * MANY + "]" * MANY,
    "mappings": "{a: " * MANY,
    "nested keys": "? " * MANY,
    "dashes": "- " * MANY,
    "indented": "\n".join(" " * depth + "a:" for depth in range(1200)),
    "mixed": "[{a: " * MANY,
    "anchors": "&a [" * MANY,
    "aliases of aliases": "\n".join(f"a{n}: &a{n} [*a{n - 1}]" if n else "a0: &a0 [1]" for n in range(MANY // 10)),
    "behind a valid head": "version: 1\nfallback: " + "[" * MANY,
}
LARGE = {
    "many fields": "[" + "a," * 400_000 + "]",
    "many keys": "\n".join(f"k{n}:" for n in range(MANY)) + "\nz: [" + "a," * 150_000 + "]",
    "aliases of a list": "a: &a [" + "1," * 10_000 + "]\nb: [" + "*a," * 50_000 + "]",
    "aliases of a long text": f"a: &a {'x' * 500_000}\nb: [" + "*a," * 100_000 + "]",
    "aliases of a mapping": "a: &a {" + ",".join(f"k{n}: 1" for n in range(1000)) + "}\nb: [" + "*a," * 10_000 + "]",
}


@pytest.mark.fault
@pytest.mark.parametrize("name", [*DEEP, *LARGE])
def test_depth_and_size_are_bounded_before_anything_is_made(name):
    with pytest.raises(DocumentError, match=r"20 levels|a name as the key"):
        parse_document({**DEEP, **LARGE}[name])


@pytest.mark.fault
def test_what_an_alias_stands_for_is_made_once_and_has_the_line_of_the_alias():
    document = parse_document("a: &a {b: [1, 2]}\nc:\n  d: *a\n  e: *a\n")
    assert document.data["c"]["d"] is document.data["c"]["e"] is document.data["a"]
    assert [document.line_of(("c", name, "b", 0)) for name in "de"] == [3, 4]
