"""What the README says of the comparison of the detectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signage_bench.metrics import format_number, format_ratio

Document = Mapping[str, Any]
Row = Mapping[str, Any]
SIZES = ((1280, 720), (640, 480))


def detectors(document: Document, hardware: str) -> str:
    """Return table and notes; the picture stands beside the block."""
    conditions, machine = document["detectors"], document["machine"]
    head = (
        f"`./signage bench detectors` on {hardware}, one thread, each detector in a process of its own, all on "
        f"the same frames: {conditions['frames']}. A face is found when a box that would start a track lies on it "
        f"(intersection over union at least {conditions['min_overlap']})."
    )
    made = (
        f"Measured {machine['date'][:10]}, the machine's load being {conditions['load_before']:g} before the start; "
        "the two CNNs saw each photo once, the others ten times. All figures: `docs/measured/detectors.json`."
    )
    return "\n\n".join([head, table(document["results"]), paper(conditions["paper"]), made])


def table(rows: list[Row]) -> str:
    """Return the table, the largest frames first."""
    columns = "ms p50 | ms p95 | faces found | false alarms | start | memory | to dlib | to the slowest"
    lines = [f"| frames | detector | {columns} |", "|---" * 10 + "|"]
    for width, height in SIZES:
        chosen = [row for row in rows if (row["width"], row["height"]) == (width, height)]
        lines += [line(row, f"{width}x{height}") for row in chosen]
    return "\n".join(lines)


def line(row: Row, size: str) -> str:
    """Return one detector's line."""
    times = f"{format_number(row['ms_p50'])} | {format_number(row['ms_p95'])}"
    quality = f"{row['found']} of {row['truth']} | {row['false_alarms']}"
    load = f"{row['start_ms'] / 1000:.1f} s | {format_number(row['rss_mb'])} MB"
    ratios = f"{format_ratio(row['ratio_to_dlib'])} | {format_ratio(row['ratio_to_slowest'])}"
    return f"| {size} | `{row['detector']}` | {times} | {quality} | {load} | {ratios} |"


def paper(figures: Mapping[str, Any]) -> str:
    """Return the paper's figures, with their hardware."""
    words = ", ".join(
        f"{figure['method']} {figure['from_s']:g} to {figure['to_s']:g} s" for figure in figures["seconds_per_frame"]
    )
    return (
        f"The paper's Chart 1, a frame on an {figures['hardware']}: {words}. That is another machine: no speed-up over "
        "it is claimed."
    )
