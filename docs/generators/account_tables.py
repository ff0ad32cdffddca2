"""The measured journal and recordings, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signage_bench.metrics import format_number

from pages import markdown_table
from pipeline_tables import STATISTICS, commit_text, hardware, row, target_line

Document = Mapping[str, Any]
JOURNAL = {
    "durable_rate": "reports acknowledged, 500 a second offered one by one, 1/s",
    "acknowledgement": "report due → the journal has it on disk and says so",
    "durable_unanswered": "of these not acknowledged, and not asked again as a screen would",
    "durable_lost": "acknowledged and not in the database",
    "durable_doubled": "in it more than once",
    "decision_idle": "frame → decision, without those reports",
    "decision_loaded": "the same with them",
    "decision_delay": "by how much p95 of the second is later",
    "cpu_journal": "the journal's part with them, cores",
    "report_time": "a report, from the start of the program to its end, s",
    "report_rss": "its memory, MB",
    "kills": "`kill -9` of journal, bridge or page",
    "kills_lost": "kept by the page, or heard, and not in the journal",
    "kills_doubled": "in it twice, or plays that never were",
    "kills_waiting": "reports that waited when a kill came",
}
REPLAY = {
    "decide_time": "a recording decided again, from the start of the program to its end, s",
    "decide_speed": "its length by that",
    "decide_rss": "memory, MB",
    "cpu_recorder": "the recorder beside the graph on the demo film, without images, cores",
    "faces_missing": "messages on `faces` that are not in the bag",
}


def journal_section(document: Document) -> str:
    """Return what was measured of the journal and how, the figures, and which were reached."""
    told = document["journal"]
    kills: Mapping[str, int] = told["kills"]["killed"]
    killed = ", ".join(f"{count} times the {name}" for name, count in sorted(kills.items()))
    head = (
        f"`./signage bench journal --kills {sum(kills.values())}` on {hardware(document)}: real nodes, a real "
        f"Chromium {told['browser']}, a seeded journal of {told['plays']:,} plays. Killed were {killed}; "
        f"{told['kills']['reports_kept']:,} reports that the page had kept and "
        f"{told['kills']['decisions_and_episodes']:,} decisions and episodes were looked for afterwards. Milliseconds "
        "unless a unit is given."
    )
    return "\n\n".join([head, _table(document, "journal", JOURNAL), _targets(told), _made(document, told)])


def replay_section(document: Document) -> str:
    """Return what was measured of recordings and how, the figures, and which were reached."""
    told = document["replay"]
    head = (
        f"`./signage bench replay` on {hardware(document)}: a crowd of {told['decided_hours']:g} hours at ten images a "
        "second decided again, and the graph on the demo film recorded."
    )
    return "\n\n".join([head, _table(document, "recordings", REPLAY), _targets(told), _made(document, told)])


def _table(document: Document, title: str, names: Mapping[str, str]) -> str:
    figures = [(row(document, name), text) for name, text in names.items()]
    lines = [
        (f"`{figure['name']}`", text, figure["n"], *(format_number(figure[key]) for key in STATISTICS))
        for figure, text in figures
    ]
    return markdown_table((title, "", "n", *STATISTICS), lines)


def _targets(told: Mapping[str, Any]) -> str:
    return markdown_table(("to reach", "", "measured", ""), map(target_line, told["targets"]))


def _made(document: Document, told: Mapping[str, Any]) -> str:
    machine = document["machine"]
    return (
        f"Measured {machine['date'][:10]} at commit {commit_text(machine)}, the machine's load being "
        f"{told['load_before']:g} before the start."
    )
