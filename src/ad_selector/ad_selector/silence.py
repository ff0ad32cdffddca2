"""How long no image has come, by the clocks that can tell it; what decides goes by the images' own stamps."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.stamps import NS_PER_S

LIVE_NS = 5 * NS_PER_S
"""Stamps that are farther from the clock than this are a recording's, or a camera's whose clock is wrong."""
ON_THE_WAY_NS = 2 * NS_PER_S
"""So long an image may be on its way in a busy machine; it has been seen to take one second."""
PATIENCE_NS = 600 * NS_PER_S
"""A recording that pauses for longer than this is taken to have ended."""


@dataclass(frozen=True)
class Clocks:
    """What the node's clocks show at one moment.

    Attributes:
        ros_ns: the node's clock: of the system, or of ``/clock``; 0 before that has said anything.
        steady_ns: a clock that nobody sets.
        is_simulated: whether ``ros_ns`` is that of ``/clock``.
    """

    ros_ns: int
    steady_ns: int
    is_simulated: bool = False


class Silence:
    """When the last image came, and which moment of its stamps it is since.

    - With a live camera, whose stamps keep up with the clock: the steady clock tells it, less the time that the next
      image may be on its way. A silence that is noticed late has the same stamp; one that was none can't be taken back.
    - With ``/clock``: both clocks must have gone on. It tells how fast a recording goes; how long images may be on
      their way is a matter of the steady clock.
    - Otherwise nobody knows how fast the stamps go on, or whether: only the next image tells. When none has come for
      ten minutes, the recording, or the camera whose clock is wrong, is taken to have ended.
    """

    def __init__(self) -> None:
        self._stamp_ns: int | None = None
        self._heard = Clocks(0, 0)

    def hear(self, stamp_ns: int, clocks: Clocks) -> None:
        """Take in that an image came."""
        self._stamp_ns, self._heard = stamp_ns, clocks

    @property
    def off_ns(self) -> int:
        """Return how far the stamp of the last image was behind the node's clock; below 0 if it was ahead."""
        return 0 if self._stamp_ns is None else self._heard.ros_ns - self._stamp_ns

    @property
    def is_recording(self) -> bool:
        """Return whether no clock tells when images fail to come."""
        return not self._heard.is_simulated and abs(self.off_ns) > LIVE_NS

    def now_ns(self, clocks: Clocks) -> int | None:
        """Return the stamp that an image of this moment would have; None if nobody knows."""
        if self._stamp_ns is None:
            return None
        passed_ns = clocks.steady_ns - self._heard.steady_ns
        if not self._is_told_by(clocks):
            return self._stamp_ns + passed_ns if passed_ns >= PATIENCE_NS else None
        passed_ns -= ON_THE_WAY_NS
        if clocks.is_simulated:
            passed_ns = min(passed_ns, clocks.ros_ns - self._heard.ros_ns)
        return self._stamp_ns + max(passed_ns, 0)

    def _is_told_by(self, clocks: Clocks) -> bool:
        """Return whether the clocks tell how much has passed; what ``/clock`` says first is no time that has."""
        is_same = clocks.is_simulated == self._heard.is_simulated
        return is_same and not self.is_recording and not (clocks.is_simulated and not self._heard.ros_ns)
