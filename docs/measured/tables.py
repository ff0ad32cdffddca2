"""Write the README's measured tables from the JSON documents in this folder.

Run it with the project's environment: ``.venv/bin/python docs/measured/tables.py``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "tables"))

from detector_tables import detectors
from markers import replace_between
from signage_bench.metrics import format_number

HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
Document = Mapping[str, Any]

# What a figure is, in the order of the README's tables.
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
    """Return the sentence that the README leads with."""
    arrival, capture = row(document, "arrival_to_paint"), row(document, "capture_to_paint")
    return (
        f"**From the first frame that shows a face to the first painted frame of its advertisement: "
        f"{number(arrival['p50'])} ms at the median, {number(arrival['p95'])} ms at p95** "
        f"({arrival['n']} arrivals; {number(capture['p50'])} and {number(capture['p95'])} ms from the frame "
        f"that brought the decision; {hardware(document)})."
    )


def pipeline(document: Document) -> str:
    """Return all tables of `bench pipeline`."""
    minutes = document["conditions"]["measured_s"] / 60
    head = (
        f"`./signage bench pipeline --minutes {minutes:.0f}` on {hardware(document)}: the bundled film, 1280x720 at "
        f"30 frames a second, a real headless Chromium on the same machine. Milliseconds unless a unit is given."
    )
    groups = [("latency", LATENCIES), ("one frame", FRAME), ("a second", RATES), ("load", LOADS)]
    tables = [table(document, title, rows) for title, rows in groups]
    return "\n\n".join([head, *tables, paper(document), targets(document), made(document)])


def table(document: Document, title: str, rows: Mapping[str, str]) -> str:
    """Return one table of figures."""
    head = [f"| {title} | | n | p50 | p95 | p99 | mean |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*head, *(line(row(document, name), text) for name, text in rows.items())])


def line(figure: Mapping[str, Any], text: str) -> str:
    """Return one figure's line."""
    unit = "" if figure["unit"] in ("ms", "count") else f", {figure['unit']}"
    values = " | ".join(number(figure[key]) for key in ("p50", "p95", "p99", "mean"))
    return f"| `{figure['name']}` | {text}{unit} | {figure['n']} | {values} |"


def paper(document: Document) -> str:
    """Return the paper's figure for a whole frame, with its hardware, beside ours."""
    ours = row(document, "frame")
    return (
        f"The paper gives 0.4 to 1 s for a whole frame on an AWS DeepLens; here it is {number(ours['p50'])} ms at the "
        f"median on {hardware(document)}. These are different machines: no speed-up over that device is claimed."
    )


def targets(document: Document) -> str:
    """Return which of the figures to reach were reached."""
    lines = ["| to reach | | measured | |", "|---|---|---|---|"]
    for entry in document["targets"]:
        wanted = f"{entry['statistic']} {entry['bound']} {entry['limit']:g} {entry['unit']}".strip()
        state = "reached" if entry["reached"] else "**not reached**"
        lines.append(f"| `{entry['figure']}` | {wanted} | {number(entry['value'])} | {state} |")
    return "\n".join(lines)


def made(document: Document) -> str:
    """Return when and of what the figures were made."""
    machine, conditions = document["machine"], document["conditions"]
    beside = conditions["cores_beside"]
    commit = (machine["commit"] or "unknown")[:10]
    changed = " with uncommitted changes" if machine["uncommitted_changes"] else ""
    return (
        f"Measured {machine['date'][:10]} at commit {commit}{changed} with Python {machine['python']}, "
        f"ROS 2 {machine['ros']}, MXNet {machine['mxnet']}, Chromium {conditions['browser']}. Beside the graph the "
        f"browser took {beside['browser']:.2f} cores, the bench {beside['bench']:.2f}, everything else on the machine "
        f"{beside['others']:.2f}. All figures: `docs/measured/pipeline.json`."
    )


def hardware(document: Document) -> str:
    """Return the machine in a few words."""
    machine = document["machine"]
    return f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']:.0f} GB"


def row(document: Document, name: str) -> Mapping[str, Any]:
    """Return a figure by its name."""
    return next(figure for figure in document["results"] if figure["name"] == name)


def number(value: float | None) -> str:
    """Return a value as the bench prints it."""
    return format_number(value)


# Marker in the README: the document and what is written of it.
BLOCKS: Mapping[str, tuple[str, Callable[[Document], str]]] = {
    "measured:lead": ("pipeline", lead),
    "measured:pipeline": ("pipeline", pipeline),
    "measured:detectors": ("detectors", lambda document: detectors(document, hardware(document))),
}


def block(marker: str) -> str:
    """Return what stands between the markers of one block."""
    name, write = BLOCKS[marker]
    return write(json.loads((HERE / f"{name}.json").read_text()))


def main() -> None:
    """Write all blocks into the README."""
    text = README.read_text()
    for marker in BLOCKS:
        text = replace_between(text, marker, block(marker))
    README.write_text(text)


if __name__ == "__main__":
    main()
