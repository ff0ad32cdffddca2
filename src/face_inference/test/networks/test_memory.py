from pathlib import Path

from face_inference.networks.memory import return_free_memory

SIZE = 64 * 1024  # small enough for the C library to keep it when it is freed


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def test_freed_memory_goes_back_to_the_system():
    blocks = [bytes([1]) * SIZE for _ in range(2000)]
    held = blocks[-1]  # keeps the end of the heap, so that nothing before it goes back by itself
    full_mb = resident_mb()
    del blocks
    return_free_memory()
    assert resident_mb() < full_mb - 100
    assert len(held) == SIZE
