"""Rate limits as real providers keep them."""

import pytest

from wardian.simulator.limits import Lane
from wardian.specs.models import SkillSpec


def lane(rpm: int | None = None, tpm: int | None = None) -> Lane:
    return Lane(SkillSpec(rpm=rpm, tpm=tpm), 0.0)


def test_without_limits_everything_passes_and_nothing_is_told() -> None:
    free = lane()
    assert [free.admit(10**9, 0.0) for _ in range(100)] == [0.0] * 100
    assert free.headers() == []


def test_a_burst_passes_and_then_the_rate() -> None:
    limited = lane(rpm=60)
    assert [limited.admit(1, 0.0) for _ in range(11)] == [0.0] * 10 + [1.0]
    assert limited.admit(1, 0.5) == pytest.approx(0.5)
    assert limited.admit(1, 1.0) == 0


@pytest.mark.parametrize("rpm", [7, 60, 1_000])
def test_in_a_long_time_no_more_than_the_limit_passes(rpm: int) -> None:
    limited = lane(rpm=rpm)
    passed = sum(limited.admit(1, tick / 50) == 0 for tick in range(30_000))
    assert passed == pytest.approx(rpm * (10 + 1 / 6), abs=rpm / 100 + 2)


def test_a_slow_limit_still_lets_one_request_pass() -> None:
    limited = lane(rpm=1)
    assert limited.admit(1, 0.0) == 0
    assert limited.admit(1, 0.0) == pytest.approx(60)


def test_a_refused_request_takes_nothing() -> None:
    limited = lane(rpm=6, tpm=6_000)
    assert limited.admit(1_000, 0.0) == 0
    assert [limited.admit(100, 0.0) for _ in range(5)] == [pytest.approx(10)] * 5
    assert limited.admit(100, 10.0) == 0


def test_answers_are_charged_afterwards() -> None:
    limited = lane(tpm=6_000)
    assert limited.admit(500, 0.0) == 0
    limited.answered(600)
    assert limited.admit(100, 0.0) == pytest.approx(2)


def test_a_request_larger_than_the_bucket_passes_when_it_is_full() -> None:
    limited = lane(tpm=600)
    assert limited.admit(200, 0.0) == 0
    assert limited.admit(1, 0.0) == pytest.approx(10.1)


def test_headers_tell_what_is_left() -> None:
    limited = lane(rpm=60, tpm=6_000)
    limited.admit(400, 0.0)
    assert dict(limited.headers()) == {
        b"x-ratelimit-limit-requests": b"60",
        b"x-ratelimit-remaining-requests": b"9",
        b"x-ratelimit-reset-requests": b"1.000s",
        b"x-ratelimit-limit-tokens": b"6000",
        b"x-ratelimit-remaining-tokens": b"600",
        b"x-ratelimit-reset-tokens": b"4.000s",
    }


def test_a_clock_that_goes_back_gives_nothing() -> None:
    limited = lane(rpm=6)
    limited.admit(1, 100.0)
    assert limited.admit(1, 50.0) == pytest.approx(10)
