"""Write docs/measured/README.md, and the README's measured blocks, from the JSON documents in docs/measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from account_tables import journal_section, replay_section
from detector_tables import detector_section
from pages import ROOT, replace_between, written_by
from pipeline_tables import hardware, lead, pipeline_section, readme_rows, targets

README = ROOT / "README.md"
FOLDER = ROOT / "docs" / "measured"
PAGE = FOLDER / "README.md"
HEAD = """\
# Measured
How the figures come about, and why so: [bench](../design/bench.md). The documents that `./signage bench` wrote, with
every figure: [pipeline.json](pipeline.json), [journal.json](journal.json), [replay.json](replay.json),
[detectors.json](detectors.json)."""

# The README's blocks by their markers; all are of the pipeline.
BLOCKS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {"measured:lead": lead, "measured:rows": readme_rows}


def document(name: str) -> dict[str, Any]:
    """Return a document of docs/measured."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return content


def page() -> str:
    """Return the whole page of what was measured."""
    pipeline, detectors = document("pipeline"), document("detectors")
    return "\n\n".join(
        [
            f"{written_by('measured.py')}\n{HEAD}",
            lead(pipeline),
            f"## The whole pipeline\n{pipeline_section(pipeline)}",
            f"## Figures to reach\n{targets(pipeline)}",
            f"## The journal\n{journal_section(document('journal'))}",
            f"## Recordings\n{replay_section(document('replay'))}",
            "## The paper's Chart 1, anew\n![Time of one image by each detector](../pictures/detectors.png)",
            f"{detector_section(detectors, hardware(detectors))}\n",
        ]
    )


def pages() -> dict[Path, str]:
    """Return the page, and the README with its blocks new."""
    readme = README.read_text()
    for marker, write in BLOCKS.items():
        readme = replace_between(readme, marker, write(document("pipeline")))
    return {PAGE: page(), README: readme}
