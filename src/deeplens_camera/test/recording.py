"""What the tests of the capture thread share: a sink that keeps what it gets, and a clock that waits for nobody."""

from deeplens_camera.capture_thread import Clock
from deeplens_camera.health import SourceState, StateChange
from deeplens_camera.pacing import BackOff
from deeplens_camera.params import CameraParams
from signage_common.stamps import seconds_to_ns

BACK_OFF = BackOff(0.05, 1.5, 0.3)
RUNNING, LOST, ENDED = SourceState.RUNNING, SourceState.LOST, SourceState.ENDED
SMALL = CameraParams(width=64, height=48)


class Recorder:
    """Keep what the capture thread publishes and reports."""

    def __init__(self, is_wanted=True):
        self.wanted = is_wanted
        self.stamps_ns, self.events = [], []

    def is_wanted(self):
        return self.wanted

    def publish(self, frame, captured_ns):
        frame.resized(0, 0)
        self.stamps_ns.append(captured_ns)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def states(self):
        return [change.state for change in self.of(StateChange)]


class SteppedClock(Clock):
    """A clock that stands still but for the waits, so that however busy the machine is, nothing comes late."""

    def __init__(self):
        self.now_s = 1000.0

    def monotonic_s(self):
        return self.now_s

    def epoch_ns(self):
        return seconds_to_ns(self.now_s)

    def wait(self, stopping, seconds):
        self.now_s += seconds
        stopping.wait(0.001)  # lets the test go on
