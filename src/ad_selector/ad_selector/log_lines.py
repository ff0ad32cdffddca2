"""The lines that the log shows: once in each episode who came, the estimation, the advertisement, and the end."""

from __future__ import annotations

from ad_selector.presence import PresenceChange, PresenceEvent
from ad_selector.selection import Selection
from ad_selector.selector import Output


def log_lines(output: Output, device: str) -> list[str]:
    """Return what the log says about a change of presence or a selection; often nothing."""
    return _presence_lines(output) if isinstance(output, PresenceChange) else _selection_lines(output, device)


def _presence_lines(change: PresenceChange) -> list[str]:
    if change.event is PresenceEvent.STARTED:
        return [f"detect start: {change.episode}"]
    if change.event is PresenceEvent.ENDED:
        return [f"detect stop: {change.episode} after {change.dwell_s:.1f} s"]
    return []


def _selection_lines(selection: Selection, device: str) -> list[str]:
    shown = f"{selection.campaign or 'fallback'}, {selection.creative.name}"
    if selection.showing == 0:
        return [f"fallback: {', '.join(creative.name for creative in selection.playlist)} ({selection.reason})"]
    if selection.showing > 1:
        return [f"next: {shown} for {selection.episode} ({selection.reason})"]
    return [
        str({"estimation": selection.estimation, "devices": device}),
        f"advertisement: {shown} for {selection.episode} ({selection.reason})",
    ]
