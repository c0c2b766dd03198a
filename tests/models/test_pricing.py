"""Prices."""

import pytest

from wardian.base.usage import Usage
from wardian.models.pricing import cost_usd
from wardian.specs.endpoints import PriceSpec

USAGE = Usage(input_tokens=1_000_000, output_tokens=500_000, cached_tokens=400_000)
WRITTEN = USAGE.model_copy(update={"cache_write_tokens": 200_000})


@pytest.mark.parametrize(
    ("price", "dollars"),
    [
        (PriceSpec(input=1, output=4), 3.0),
        (PriceSpec(input=1, output=4, cached=0.25), 2.7),
        (PriceSpec(input=0, output=0), 0.0),
    ],
)
def test_cost(price: PriceSpec, dollars: float) -> None:
    assert cost_usd(price, USAGE) == pytest.approx(dollars)


@pytest.mark.parametrize(
    ("price", "dollars"),
    [
        (PriceSpec(input=1, output=4), 3.05),
        (PriceSpec(input=1, output=4, cached=0.1, cache_write=2), 0.4 + 0.04 + 0.4 + 2),
        (PriceSpec(input=1, output=4, cache_write=0), 2.8),
    ],
)
def test_what_is_written_to_a_cache_has_its_own_price(price: PriceSpec, dollars: float) -> None:
    assert cost_usd(price, WRITTEN) == pytest.approx(dollars)


def test_unknown_is_not_free() -> None:
    assert cost_usd(None, USAGE) is None


def test_more_cached_than_read_is_not_paid_back() -> None:
    usage = Usage(input_tokens=10, cached_tokens=1_000_000, cache_write_tokens=1_000_000)
    assert cost_usd(PriceSpec(input=1, output=1, cached=0.5), usage) == pytest.approx(5e-6)
