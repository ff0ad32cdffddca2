"""What screens report of their showings: checked, kept by the journal where there is one, and published."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from signage_bridge.errors import Code, OperationError, shorten
from signage_bridge.playback import PlaybackRules, check_playback
from signage_bridge.policy import DEVICE_TYPES

PLAYBACK_TYPE = DEVICE_TYPES["playback"]
RECORD_TYPE = DEVICE_TYPES["record_playback"]
RECORD = "record_playback"
MAX_REPORTS = 500  # as in RecordPlayback
MAX_CALLS = 64
CALL_TIMEOUT_S = 5.0
FAILURE_SHOWN_S = 10.0
MAX_REMEMBERED = 10_000
AT_ONCE = 10


class ReportSide(Protocol):
    """What reports need of ROS. Every method raises OperationError if it can't do what is asked."""

    def check(self, type_name: str, values: Mapping[str, Any]) -> Sequence[str]:
        """Check that values fit a message; return the names of the fields that are not given."""

    def publish(self, topic: str, type_name: str, values: Mapping[str, Any]) -> Sequence[str]:
        """Publish a message; return the names of the fields that are not given."""

    async def call_service(
        self, service: str, type_name: str | None, args: Mapping[str, Any], timeout_s: float | None = None
    ) -> Mapping[str, Any]:
        """Call a service; return the fields of its response as JSON values."""


@dataclass
class ReportCounts:
    """What became of reports since the start.

    Attributes:
        recorded: the journal has them.
        refused: they can never be right.
        postponed: calls that the journal did not answer, or not well; the screens ask again.
    """

    recorded: int = 0
    refused: int = 0
    postponed: int = 0


class PlaybackReports:
    """Takes the reports of screens. One that the journal keeps is acknowledged, and published, once it is durable.

    A screen that did not get the answer asks again; what the journal has counts once there, and is published once as
    long as it is remembered here.

    Attributes:
        counts: what became of them.
    """

    def __init__(
        self,
        ros: ReportSide,
        rules: Callable[[], PlaybackRules],
        has_journal: bool,
        clock: Callable[[], float],
        now_ns: Callable[[], int],
        tell: Callable[[str], str],
    ) -> None:
        """Start without reports.

        Args:
            ros: the ROS side.
            rules: gives what a report may name now.
            has_journal: whether what is published on ``playback`` must be durable first, too.
            clock: seconds that never go back.
            now_ns: wall time, nanoseconds of the Unix epoch.
            tell: returns a text of the journal as clients may read it.
        """
        self._ros = ros
        self._rules = rules
        self._has_journal = has_journal
        self._clock = clock
        self._now_ns = now_ns
        self._tell = tell
        self._calls = 0
        self._failure = ""
        self._failed_s = 0.0
        self._published: dict[tuple[str, int], None] = {}  # the newest last
        self.counts = ReportCounts()

    @property
    def problem(self) -> str:
        """Return why the journal did not take what it was just asked to keep; empty if it did."""
        return self._failure if self._clock() - self._failed_s < FAILURE_SHOWN_S else ""

    async def publish(self, topic: str, report: Mapping[str, Any]) -> Sequence[str]:
        """Publish a report, after the journal has it; return the names of the fields that are not given.

        Raises:
            OperationError: it is wrong, or the journal has it not.
        """
        missing = self._check(report)
        if not self._has_journal:
            return self._ros.publish(topic, PLAYBACK_TYPE, report)
        (reason,) = await self._keep(f"{topic.rpartition('/')[0]}/{RECORD}", [report])
        if reason:
            self.counts.refused += 1
            raise OperationError(reason)
        await self._publish_new(topic, [report])
        return missing

    async def record(self, service: str, args: Mapping[str, Any] | Sequence[Any]) -> dict[str, Any]:
        """Answer a call of ``record_playback``: what is wrong is refused, each report for itself; the rest is kept.

        Args:
            service: the absolute name of the journal's service.
            args: the request as a client sent it.

        Returns:
            The fields of the response; ``success`` is always true.

        Raises:
            OperationError: nothing of it was kept; with code ``unavailable`` or ``too_many`` it may be later.
        """
        reports = _read_reports(args)
        reasons = []
        async for report in _let_others_in(reports):
            reasons.append(self._why_refused(report))
        right = [report for report, reason in zip(reports, reasons, strict=True) if not reason]
        if right:
            answers = iter(await self._keep(service, right))
            reasons = [reason or next(answers) for reason in reasons]
        self.counts.refused += sum(map(bool, reasons))
        kept = [report for report, reason in zip(reports, reasons, strict=True) if not reason]
        await self._publish_new(f"{service.rpartition('/')[0]}/playback", kept)
        return {"success": True, "message": "", "refused": reasons}

    def _check(self, report: Mapping[str, Any]) -> Sequence[str]:
        check_playback(report, self._rules(), self._now_ns())
        return self._ros.check(PLAYBACK_TYPE, report)

    def _why_refused(self, report: Any) -> str:
        """Return why a report can never be right; empty if it is.

        Raises:
            OperationError: it may be right later.
        """
        if not isinstance(report, dict):
            return f"expected a report as an object, got {shorten(report)}"
        try:
            self._check(report)
        except OperationError as error:
            if error.code is Code.UNAVAILABLE:
                raise
            return str(error)
        return ""

    async def _keep(self, service: str, reports: Sequence[Mapping[str, Any]]) -> list[str]:
        """Have the journal keep reports; return for each why it never will, empty for what is durable.

        Raises:
            OperationError: it has none of them.
        """
        if self._calls >= MAX_CALLS:
            raise OperationError(f"more than {MAX_CALLS} calls of {RECORD} are not answered yet", Code.TOO_MANY)
        self._calls += 1
        try:
            response = await self._ros.call_service(service, RECORD_TYPE, {"playbacks": reports}, CALL_TIMEOUT_S)
            reasons = [self._tell(reason) for reason in _read_answer(response, len(reports))]
        except OperationError as error:
            self._failure, self._failed_s = self._tell(f"journal: {error}"), self._clock()
            self.counts.postponed += 1
            raise OperationError(self._failure, Code.UNAVAILABLE) from None
        finally:
            self._calls -= 1
        self._failure = ""
        self.counts.recorded += reasons.count("")
        return reasons

    async def _publish_new(self, topic: str, reports: Sequence[Mapping[str, Any]]) -> None:
        """Publish what the journal has and was not published lately."""
        async for report in _let_others_in(reports):
            key = (report["play_id"], int(report["event"]))
            if key in self._published:
                continue
            self._ros.publish(topic, PLAYBACK_TYPE, report)
            self._published[key] = None
            if len(self._published) > MAX_REMEMBERED:
                del self._published[next(iter(self._published))]


async def _let_others_in(reports: Sequence[Any]) -> AsyncIterator[Any]:
    """Give one report after the other; a long list does not keep other clients waiting."""
    for number, report in enumerate(reports, 1):
        yield report
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)


def _read_reports(args: Mapping[str, Any] | Sequence[Any]) -> list[Any]:
    """Return the reports of a call, whose arguments are given by name or in order."""
    given: Any = args
    if isinstance(args, Mapping):
        unknown = next((name for name in args if name != "playbacks"), None)
        if unknown is not None:
            raise OperationError(f"{RECORD}: no field {str(unknown)[:80]} in its request")
        given = [args.get("playbacks", [])]
    if len(given) != 1 or not isinstance(given[0], list) or len(given[0]) > MAX_REPORTS:
        raise OperationError(f"{RECORD}: expected playbacks as a list of at most {MAX_REPORTS} reports")
    return list(given[0])


def _read_answer(response: Mapping[str, Any], count: int) -> list[str]:
    if not response["success"]:
        raise OperationError(str(response["message"]) or "it kept nothing and did not say why")
    reasons = list(response["refused"])
    if len(reasons) != count:
        raise OperationError(f"expected an answer to each of {count} reports, got {len(reasons)}")
    return reasons
