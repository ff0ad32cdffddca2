from signage_bridge.rosbridge.rate import TokenBucket


def test_a_burst_then_a_steady_rate():
    bucket = TokenBucket(rate_per_s=10.0, burst=3)
    assert [bucket.take(5.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(5.125), bucket.take(5.125)] == [True, False]


def test_no_more_than_a_burst_is_saved_and_a_clock_that_stands_still_gives_nothing():
    bucket = TokenBucket(rate_per_s=10.0, burst=2)
    assert bucket.take(0.0)
    assert [bucket.take(100.0) for _ in range(3)] == [True, True, False]
    assert not bucket.take(99.0)
