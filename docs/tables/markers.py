"""Replace what stands between two marker comments of a Markdown page."""

from __future__ import annotations


def replace_between(text: str, name: str, content: str) -> str:
    """Return the page with new content between ``<!-- name -->`` and ``<!-- /name -->``.

    Raises:
        ValueError: the page does not hold both markers, once each and in this order.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
        raise ValueError(f"expected {start} and then {end} once each in the page")
    head, rest = text.split(start)
    _, tail = rest.split(end)
    return f"{head}{start}\n{content}\n{end}{tail}"


def between(text: str, name: str) -> str:
    """Return what stands between the markers now."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    return text.split(start)[1].split(end)[0].strip()
