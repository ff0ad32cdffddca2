"""The state of a source, and whether a change of it is worth telling."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class SourceState(enum.Enum):
    """Where a source stands."""

    WAITING = "waiting"
    """It was never there yet."""
    RUNNING = "running"
    LOST = "lost"
    """It was there, and broke."""
    ENDED = "ended"
    """It has shown everything, and does not loop."""


@dataclass(frozen=True)
class StateChange:
    """A change that people are told: the new state, and why."""

    state: SourceState
    reason: str


class StateKeeper:
    """Know the state of a source."""

    def __init__(self) -> None:
        self.state = SourceState.WAITING
        self.reason = "not opened yet"
        self.reconnects = 0
        self.failures = 0
        self._told: SourceState | None = None

    def frame_came(self) -> StateChange | None:
        """Note a frame; return the change that it is, if any."""
        self.failures = 0
        if self._told is SourceState.RUNNING:
            return None
        self.reconnects += self._told is not None and self.state is not SourceState.WAITING
        return self._change(SourceState.RUNNING, "frames come")

    def failed(self, reason: str) -> StateChange | None:
        """Note that the source can't be opened or broke; return the change that it is, if any."""
        self.failures += 1
        never = self.state is SourceState.WAITING
        return self._change(SourceState.WAITING if never else SourceState.LOST, reason)

    def ended(self, reason: str) -> StateChange | None:
        """Note that the source has shown everything; return the change that it is, if any."""
        self.failures = 0
        return self._change(SourceState.ENDED, reason)

    def _change(self, state: SourceState, reason: str) -> StateChange | None:
        self.state, self.reason = state, reason
        if state is self._told:
            return None
        self._told = state
        return StateChange(state, reason)
