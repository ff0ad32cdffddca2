from signage_launch.launch_xml.plan import Respawn
from signage_launch.runner.restart import RestartPolicy


def test_what_is_not_to_respawn_does_not():
    assert RestartPolicy(Respawn(False, 1.0)).delay_after(1, 0.0) is None


def test_bad_configuration_is_not_tried_again():
    assert RestartPolicy(Respawn(True, 1.0)).delay_after(2, 100.0) is None


def test_the_delay_doubles_while_it_ends_quickly_and_starts_anew_after_a_long_run():
    policy = RestartPolicy(Respawn(True, 1.0))
    assert [policy.delay_after(1, 0.1) for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert policy.delay_after(-9, 60.0) == 1
    assert policy.delay_after(1, 0.1) == 1 and policy.delay_after(1, 0.1) == 2


def test_a_clean_end_is_followed_by_a_start_too():
    assert RestartPolicy(Respawn(True, 0.5)).delay_after(0, 60.0) == 0.5


def test_a_delay_longer_than_the_limit_is_kept():
    assert RestartPolicy(Respawn(True, 60.0)).delay_after(1, 0.1) == 60


def test_retries_are_counted():
    policy = RestartPolicy(Respawn(True, 0.0, 2))
    assert [policy.delay_after(1, 0.0) for _ in range(3)] == [0, 0, None]
