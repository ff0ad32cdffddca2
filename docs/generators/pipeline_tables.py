"""The measured pipeline: the lead sentence, four rows for the README, and the whole in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signage_bench.metrics import format_number

from pages import markdown_table

Document = Mapping[str, Any]
Row = Mapping[str, Any]
STATISTICS = ("p50", "p95", "p99", "mean")

# What a figure is, in the order of the tables.
LATENCIES = {
    "arrival_to_paint": "first frame with the face → first painted frame of its advertisement",
    "capture_to_paint": "frame that brought the decision → first painted frame",
    "capture_to_client": "the same frame → a second WebSocket client",
    "capture_to_decision": "the same frame → decision",
    "overhead": "of that, all but finding and classifying faces",
}
FRAME = {
    "fetch": "stamp of the frame → decoded frame in hand",
    "detect": "finding faces",
    "classify": "gender and age, where a face was classified",
    "frame": "the three together, each analysed frame",
}
LOADS = {
    "cpu_total": "whole graph, browser not counted",
    "cpu_camera": "camera",
    "cpu_face_inference": "faces, gender, age",
    "cpu_ad_selector": "presence and choice",
    "cpu_signage_bridge": "WebSocket, page, media",
    "work_per_frame": "camera and perception, for each captured frame",
    "rss_total": "resident memory of the whole graph",
    "rss_growth": "its slope",
}
RATES = {
    "frames_captured": "captured",
    "detections": "analysed while somebody is in sight",
    "decisions_per_episode": "decisions in one presence episode",
}


def lead(document: Document) -> str:
    """Return the sentence that README and page lead with."""
    arrival, capture = row(document, "arrival_to_paint"), row(document, "capture_to_paint")
    return (
        f"**From the first frame that shows a face to the first painted frame of its advertisement: "
        f"{format_number(arrival['p50'])} ms at the median, {format_number(arrival['p95'])} ms at p95** "
        f"({arrival['n']} arrivals; {format_number(capture['p50'])} and {format_number(capture['p95'])} ms from the "
        f"frame that brought the decision; {hardware(document)})."
    )


def readme_rows(document: Document) -> str:
    """Return the README's table: how quick the pipeline is, and what it takes."""
    rows = [
        _readme_row(document, "first frame with the face → first painted frame", "arrival_to_paint"),
        _readme_row(document, "frame that brought the decision → decision", "capture_to_decision"),
        _readme_row(document, "one analysed frame: fetching, finding faces, gender and age", "frame"),
        _readme_row(document, "processor and memory of the whole graph", "cpu_total", "rss_total"),
    ]
    return markdown_table(("figure", "p50", "p95", "unit"), rows)


def _readme_row(document: Document, text: str, *names: str) -> tuple[str, ...]:
    figures = [row(document, name) for name in names]
    p50, p95 = (", ".join(format_number(figure[key]) for figure in figures) for key in ("p50", "p95"))
    title = f"{', '.join(f'`{name}`' for name in names)}: {text}"
    return title, p50, p95, ", ".join(figure["unit"] for figure in figures)


def pipeline_section(document: Document) -> str:
    """Return what was measured and how, and all tables of figures."""
    minutes = document["conditions"]["measured_s"] / 60
    head = (
        f"`./signage bench pipeline --minutes {minutes:.0f}` on {hardware(document)}: the bundled film, 1280x720 at "
        f"30 frames a second, a real headless Chromium on the same machine. Milliseconds unless a unit is given."
    )
    groups = [("latency", LATENCIES), ("one frame", FRAME), ("a second", RATES), ("load", LOADS)]
    tables = [_table(document, title, names) for title, names in groups]
    return "\n\n".join([head, *tables, paper(document), made(document)])


def _table(document: Document, title: str, names: Mapping[str, str]) -> str:
    rows = [_line(row(document, name), text) for name, text in names.items()]
    return markdown_table((title, "", "n", *STATISTICS), rows)


def _line(figure: Row, text: str) -> tuple[object, ...]:
    unit = "" if figure["unit"] in ("ms", "count") else f", {figure['unit']}"
    return f"`{figure['name']}`", f"{text}{unit}", figure["n"], *(format_number(figure[key]) for key in STATISTICS)


def paper(document: Document) -> str:
    """Return the paper's figure for a whole frame, with its hardware, beside ours."""
    ours = row(document, "frame")
    return (
        f"The paper gives 0.4 to 1 s for a whole frame on an AWS DeepLens; here it is {format_number(ours['p50'])} ms "
        f"at the median on {hardware(document)}. These are different machines: no speed-up over that device is claimed."
    )


def targets(document: Document) -> str:
    """Return which of the figures to reach were reached."""
    return markdown_table(("to reach", "", "measured", ""), map(target_line, document["targets"]))


def target_line(entry: Row) -> tuple[str, ...]:
    """Return the line of one figure to reach."""
    wanted = f"{entry['statistic']} {entry['bound']} {entry['limit']:g} {entry['unit']}".strip()
    state = "reached" if entry["reached"] else "**not reached**"
    return f"`{entry['figure']}`", wanted, format_number(entry["value"]), state


def commit_text(machine: Mapping[str, Any]) -> str:
    """Return the commit that figures were made at, and whether it was all."""
    changed = " with uncommitted changes" if machine["uncommitted_changes"] else ""
    return f"{(machine['commit'] or 'unknown')[:10]}{changed}"


def made(document: Document) -> str:
    """Return when and of what the figures were made."""
    machine, conditions = document["machine"], document["conditions"]
    beside = conditions["cores_beside"]
    return (
        f"Measured {machine['date'][:10]} at commit {commit_text(machine)} with Python {machine['python']}, "
        f"ROS 2 {machine['ros']}, MXNet {machine['mxnet']}, Chromium {conditions['browser']}. Beside the graph the "
        f"browser took {beside['browser']:.2f} cores, the bench {beside['bench']:.2f}, everything else on the machine "
        f"{beside['others']:.2f}. All figures: [pipeline.json](pipeline.json)."
    )


def hardware(document: Document) -> str:
    """Return the machine in a few words."""
    machine = document["machine"]
    return f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB"


def row(document: Document, name: str) -> Row:
    """Return a figure by its name."""
    found: Row = next(figure for figure in document["results"] if figure["name"] == name)
    return found
