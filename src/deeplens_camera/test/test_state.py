from deeplens_camera.state import SourceState, StateChange, StateKeeper


def test_a_change_is_told_once():
    keeper = StateKeeper()
    assert keeper.failed("no camera") == StateChange(SourceState.WAITING, "no camera")
    assert keeper.failed("no camera") is None
    assert keeper.failed("still none") is None
    assert keeper.frame_came() == StateChange(SourceState.RUNNING, "frames come")
    assert keeper.frame_came() is None
    assert keeper.failed("cable out") == StateChange(SourceState.LOST, "cable out")
    assert keeper.failed("cable out") is None
    assert keeper.frame_came() == StateChange(SourceState.RUNNING, "frames come")


def test_the_last_reason_is_kept_though_it_is_not_told():
    keeper = StateKeeper()
    keeper.failed("no camera")
    keeper.failed("in use")
    assert keeper.reason == "in use"


def test_failures_in_a_row_and_reconnects_are_counted():
    keeper = StateKeeper()
    keeper.failed("")
    keeper.failed("")
    assert (keeper.failures, keeper.reconnects) == (2, 0)
    keeper.frame_came()
    assert (keeper.failures, keeper.reconnects) == (0, 0)  # the first time is no reconnection
    keeper.failed("")
    keeper.frame_came()
    assert (keeper.failures, keeper.reconnects) == (0, 1)


def test_an_end_is_neither_a_loss_nor_told_twice():
    keeper = StateKeeper()
    keeper.frame_came()
    assert keeper.ended("played") == StateChange(SourceState.ENDED, "played")
    assert keeper.ended("played") is None
    assert keeper.frame_came() == StateChange(SourceState.RUNNING, "frames come")
