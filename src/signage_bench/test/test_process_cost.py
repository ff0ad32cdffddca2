import sys

import pytest
from signage_bench.measurement import BenchError
from signage_bench.process_cost import run_and_measure

TAKES_80_MB = "import time; held = bytearray(b'x') * 80_000_000; time.sleep(0.5)"


def test_time_and_memory_are_those_of_the_program():
    cost = run_and_measure([sys.executable, "-c", TAKES_80_MB])
    assert cost.seconds >= 0.5 and 80 < cost.peak_mb < 200


def test_a_failure_tells_what_the_program_said_last():
    with pytest.raises(BenchError, match=r"status 2: the bag is damaged$"):
        run_and_measure([sys.executable, "-c", "print('so far'); raise SystemExit(print('the bag is damaged') or 2)"])
