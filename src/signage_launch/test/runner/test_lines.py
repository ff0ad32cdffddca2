import pytest
from signage_launch.runner.lines import LineSplitter


@pytest.mark.parametrize(
    ("chunks", "lines", "rest"),
    [
        ([b"a\nb\n"], ["a", "b"], []),
        ([b"a", b"b\nc"], ["ab"], ["c"]),
        ([b"a\r\n\n"], ["a", ""], []),
        (["grüß".encode()[:3], "grüß".encode()[3:], b"\n"], ["grüß"], []),
        ([b"\xff\n"], ["\ufffd"], []),
        ([b"x" * 20000], ["x" * 20000], []),
    ],
)
def test_lines(chunks, lines, rest):
    splitter = LineSplitter()
    assert [line for chunk in chunks for line in splitter.feed(chunk)] == lines
    assert splitter.end() == rest and splitter.end() == []
