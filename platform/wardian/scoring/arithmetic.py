"""What follows from numbers by working it out."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

__all__ = ["Arithmetic"]

SPANS: Final = (7, 12, 24, 60)
"""How many of one span of time make another."""
COUNTS: Final = range(1, 4)
"""How many of one thing are bought beside so many of another."""
MOST_PRICES: Final = 20
"""Numbers with decimals up to which sums of three are tried: beyond, they would explain too much."""


@dataclass(frozen=True)
class Arithmetic:
    """Numbers in hundredths, and which others people get from them.

    Args:
        numbers: all of them.
        prices: those with decimals.
    """

    numbers: frozenset[int] = frozenset()
    prices: frozenset[int] = frozenset()

    def reaches(self, number: int) -> bool:
        """Whether `number` is the difference, product, part or percentage of two, or one of the sums."""
        return self._is_difference(number) or self._is_product(number) or self._is_sum(number)

    def reaches_rate(self, number: int) -> bool:
        """The same for a share or a span of time: nobody adds or multiplies such numbers to get another."""
        spans = (*(number * times for times in SPANS), *(number / times for times in SPANS))
        same = (number * 100, number / 100, *spans)
        return any(each in self.numbers for each in same) or self._is_difference(number)

    def _is_difference(self, number: int) -> bool:
        return any(each - number in self.numbers for each in self.numbers)

    def _is_product(self, number: int) -> bool:
        """Of two numbers, of a number and so many percent, or a part of one."""
        numbers = self.numbers
        return any(
            (not number * 100 % each and number * 100 // each in numbers)
            or (not number * 10_000 % each and number * 10_000 // each in numbers)
            or (number and not each * 100 % number and each * 100 // number in numbers)
            for each in numbers
            if each
        )

    def _is_sum(self, number: int) -> bool:
        """Of two numbers, so many times each; or of two prices, with a third one, a fee say, added or taken off."""
        return any(number - each in self._multiples for each in self._multiples) or any(
            number + price in self._sums or number - price in self._sums for price in self.prices
        )

    @cached_property
    def _multiples(self) -> frozenset[int]:
        return frozenset(each * count for each in self.numbers for count in COUNTS)

    @cached_property
    def _sums(self) -> frozenset[int]:
        few = self.prices if len(self.prices) <= MOST_PRICES else ()
        return frozenset(one + other for one in few for other in few)
