"""The measured comparison of the detectors, in words and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signage_bench.metrics import format_number, format_ratio

from pages import markdown_table

Document = Mapping[str, Any]
Row = Mapping[str, Any]


def detector_section(document: Document, hardware: str) -> str:
    """Return what was compared and how, the table, and the paper's own figures."""
    conditions, machine = document["detectors"], document["machine"]
    head = (
        f"`./signage bench detectors` on {hardware}, one thread, each detector in a process of its own, all on "
        f"the same frames: {conditions['frames']}. A face is found when a box that would start a track lies on it "
        f"(intersection over union at least {conditions['min_overlap']})."
    )
    made = (
        f"Measured {machine['date'][:10]}, the machine's load being {conditions['load_before']:g} before the start; "
        "the two CNNs saw each photo once, the others ten times. All figures: [detectors.json](detectors.json)."
    )
    return "\n\n".join([head, table(document["results"]), paper(conditions["paper"]), made])


def table(rows: Sequence[Row]) -> str:
    """Return the table, the largest frames first."""
    columns = ("ms p50", "ms p95", "faces found", "false alarms", "start", "memory", "to dlib", "to the slowest")
    sizes = sorted({(row["width"], row["height"]) for row in rows}, reverse=True)
    lines = [_line(row) for size in sizes for row in rows if (row["width"], row["height"]) == size]
    return markdown_table(("frames", "detector", *columns), lines)


def _line(row: Row) -> tuple[str, ...]:
    times = (format_number(row["ms_p50"]), format_number(row["ms_p95"]))
    quality = (f"{row['found']} of {row['truth']}", str(row["false_alarms"]))
    load = (f"{row['start_ms'] / 1000:.1f} s", f"{format_number(row['rss_mb'])} MB")
    ratios = (format_ratio(row["ratio_to_dlib"]), format_ratio(row["ratio_to_slowest"]))
    return f"{row['width']}x{row['height']}", f"`{row['detector']}`", *times, *quality, *load, *ratios


def paper(results: Mapping[str, Any]) -> str:
    """Return the paper's results, with their hardware."""
    words = ", ".join(
        f"{result['method']} {result['from_s']:g} to {result['to_s']:g} s" for result in results["seconds_per_frame"]
    )
    return (
        f"The paper's Chart 1, a frame on an {results['hardware']}: {words}. That is another machine: no speed-up over "
        "it is claimed."
    )
