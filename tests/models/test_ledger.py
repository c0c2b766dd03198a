"""A ledger on hand-made time: what headers and 429s change."""

import pytest

from wardian.base.clients import RateReport
from wardian.models.forecast import Forecast
from wardian.models.ledger import Ledger, RateLimit

NOTHING_LENT = (0.0, 0.0)


def sent(ledger: Ledger, start: float, end: float) -> int:
    """Requests that an eager caller sends in between; he looks every 10 ms."""
    number = 0
    for step in range(int((end - start) * 100)):
        now = start + step / 100
        while ledger.wait(1, now) == 0:
            ledger.take(1, 1, now)
            number += 1
    return number


def test_limit_in_headers_holds_when_it_is_the_tighter_one() -> None:
    ledger = Ledger(RateLimit(rpm=6_000), 0.0, full=False)
    assert sent(ledger, 0.0, 1.0) == pytest.approx(100, abs=2)
    ledger.hear(RateReport(limit_requests=2_400), NOTHING_LENT, 1.0)
    assert sent(ledger, 1.0, 11.0) == pytest.approx(400, abs=5)
    ledger.hear(RateReport(limit_requests=60_000), NOTHING_LENT, 11.0)
    assert sent(ledger, 11.0, 12.0) == pytest.approx(100, abs=2), "the config's is the tighter one again"


def test_limit_that_only_headers_know() -> None:
    ledger = Ledger(RateLimit(), 0.0)
    assert ledger.wait(10**9, 0.0) == 0
    ledger.hear(RateReport(limit_requests=600, remaining_requests=0), NOTHING_LENT, 0.0)
    assert ledger.wait(1, 0.0) == pytest.approx(0.1)


def test_nothing_remaining_stops_and_much_remaining_lets_a_burst_through() -> None:
    ledger = Ledger(RateLimit(rpm=600), 0.0)
    ledger.hear(RateReport(remaining_requests=0), NOTHING_LENT, 0.0)
    assert ledger.wait(1, 0.0) > 0
    ledger.hear(RateReport(remaining_requests=70), NOTHING_LENT, 0.0)
    assert sent(ledger, 0.0, 0.01) == 70
    ledger.hear(RateReport(remaining_requests=100_000), NOTHING_LENT, 1.0)
    assert sent(ledger, 1.0, 1.01) == 100, "ten seconds' worth at most"


def test_old_report_does_not_give_back_what_was_sent_since() -> None:
    ledger = Ledger(RateLimit(rpm=600), 0.0)
    assert sent(ledger, 0.0, 2.0) == pytest.approx(30, abs=1)
    ledger.hear(RateReport(remaining_requests=30, age_s=2.0), NOTHING_LENT, 2.0)
    assert sent(ledger, 2.0, 2.01) <= 1


def test_what_is_lent_does_not_count_as_remaining() -> None:
    ledger = Ledger(RateLimit(rpm=600), 0.0, full=False)
    ledger.hear(RateReport(remaining_requests=30), (25.0, 0.0), 0.0)
    assert sent(ledger, 0.0, 0.01) == 5


def test_429_cuts_a_fifth_once_in_fifteen_seconds_and_recovers() -> None:
    ledger = Ledger(RateLimit(rpm=6_000), 0.0, full=False)
    sent(ledger, 0.0, 10.0)
    for _ in range(50):
        ledger.rejected(0, 10.0)
    assert sent(ledger, 10.0, 11.0) == pytest.approx(80, abs=2), "one cut for 50 refusals"
    assert sent(ledger, 14.0, 15.0) == pytest.approx(100 * (0.8 + 0.05 * 1.25) + 80, rel=0.05), "with a second's burst"
    sent(ledger, 15.0, 25.0)
    assert sent(ledger, 25.0, 26.0) == pytest.approx(100, abs=2), "5 % every two seconds"


def test_429_cuts_to_what_the_provider_took() -> None:
    ledger = Ledger(RateLimit(rpm=6_000), 0.0, full=False)
    sent(ledger, 0.0, 10.0)
    ledger.rejected(300, 10.0)
    assert sent(ledger, 10.0, 11.0) == pytest.approx(40, abs=2), "200 of 500 went through in five seconds"


def test_429_that_the_headers_explain_cuts_nothing() -> None:
    ledger = Ledger(RateLimit(rpm=6_000), 0.0, full=False)
    sent(ledger, 0.0, 10.0)
    ledger.hear(RateReport(limit_requests=6_000, remaining_requests=0), NOTHING_LENT, 10.0)
    ledger.rejected(1, 10.0)
    assert sent(ledger, 10.0, 11.0) == pytest.approx(100, abs=2)


def test_unknown_limit_is_found() -> None:
    """A provider that takes 20 a second and says nothing but 429."""
    ledger, taken, refused = Ledger(RateLimit(), 0.0), [0] * 200, 0
    for step in range(20_000):
        now = step / 100
        for _ in range(3):  # at most 300 a second are wanted
            if ledger.wait(1, now) > 0:
                break
            ledger.take(1, 1, now)
            if taken[int(now)] < 20:
                taken[int(now)] += 1
            else:
                refused += 1
                ledger.rejected(1, now)
    assert sum(taken[100:]) > 0.75 * 20 * 100
    assert refused < 0.2 * sum(taken)


def test_another_limit_in_the_config() -> None:
    ledger = Ledger(RateLimit(rpm=600), 0.0, full=False)
    ledger.limit_to(RateLimit(rpm=60), 0.0)
    assert sent(ledger, 0.0, 10.0) == pytest.approx(10, abs=1)


def test_forecast_follows_what_calls_use() -> None:
    forecast = Forecast()
    assert forecast.of(1_000) == 1_000
    for _ in range(10):
        forecast.learn(1_000, 1_500)
    assert forecast.of(2_000) == 3_000
    forecast.learn(1_000, 0)
    assert forecast.of(2_000) == 3_000, "a refused call teaches nothing"
