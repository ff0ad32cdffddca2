import io

import pytest
from signage_bench.measurement import ALL, BENCHES, QUIET_INTERVAL_S, benches_named, showing_progress
from signage_common import progress
from signage_common.errors import ConfigurationError


def test_all_is_every_bench():
    assert benches_named(ALL) == list(BENCHES)


def test_a_bench_by_name():
    assert benches_named("pipeline") == ["pipeline"]


def test_an_unknown_bench_names_those_that_exist():
    with pytest.raises(ConfigurationError, match=r"unknown bench 'pipelin'; expected one of pipeline, .*all"):
        benches_named("pipelin")


def test_off_a_terminal_progress_is_a_line_now_and_then(monkeypatch):
    now_s, stream = [100.0], io.StringIO()
    monkeypatch.setattr(progress.time, "monotonic", lambda: now_s[0])
    with showing_progress("measuring", 60, stream) as show:
        for second in range(int(QUIET_INTERVAL_S) + 1):
            now_s[0] = 100.0 + second
            show(second, f"{second} frames")
    assert stream.getvalue() == "measuring: 0 of 60 s: 0 frames\nmeasuring: 30 of 60 s: 30 frames\n"
