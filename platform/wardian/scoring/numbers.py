"""Where the numbers in a text come from."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from wardian.scoring.arithmetic import Arithmetic

__all__ = ["Figures"]

AMOUNT = re.compile(
    r"(?<![\w.,:/#-])(?P<currency>[$€£] ?)?(?P<number>\d{1,3}(?:,\d{3})+|\d{1,15})(?P<decimals>\.\d{1,6})?"
    r"(?![\w/:-]|[.,]\d)"
    r"(?:(?P<share> ?%| ?percent\b)|(?P<money> ?(?:usd|eur|gbp|dollars?|euros?|pounds?|cents?)\b)"
    r"|(?P<span> (?:(?:business|working|calendar) )?(?:days?|hours?|minutes?|weeks?|months?|years?)\b"
    r"(?! (?:ago|old|late|overdue|since|left|passed|remain\w*|have|has))))?",
    re.IGNORECASE,
)
"""A number that stands by itself; not a part of a name, a date, a time or a range, nor worked out from the calendar."""

HEARD: Final = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
ALONE: Final = re.compile(r"\d(?<![^\W_]\d)(?<![^\W_][._/:-]\d)\d{0,14}(?:\.\d{1,6})?(?![^\W_]|[._/:-]+[^\W_])")
"""One that is no part of a word, a date or a time. What stands before it is looked at last, which is faster."""
GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?")

ENDS_NUMBER: Final = re.compile(r"(?:\d|\d\.)$")
BEGINS_NUMBER: Final = re.compile(r"\.?\d")
"""What of a number stands before or after a part of it."""

FIELD: Final = re.compile(r'"(\w+)": ?(-?\d{1,15}(?:\.\d{1,6})?)(?=[,}\s])')
"""A number in an answer in JSON, and its name."""

LARGE: Final = 100
"""From here on a bare number is an amount, below it may count what is listed."""
LONGEST_SUM: Final = 20
MOST_SAID: Final = 100
"""Amounts of one text that are looked at: a model that never stops must not hold up the others."""
MOST: Final = 600
"""Readings of numbers up to which others are worked out from them: beyond, most numbers are a sum of two."""
SHORT: Final = 100_000
"""Characters up to which a number is looked for by itself before all of them are read."""
KEPT: Final = 64
"""Texts of which the numbers are kept: a policy is heard in every episode."""


class Amount(NamedTuple):
    """A number as it is written, in hundredths, and what kind of number it is."""

    text: str
    hundredths: int
    rate: bool
    """A share or a span of time: nobody adds or multiplies such numbers to get another."""


class Numbers(NamedTuple):
    """Those of one text, in hundredths.

    Args:
        mentioned: all of them, also those within names and dates.
        single: those that stand by themselves: people calculate with these.
        prices: of these, those with decimals.
    """

    mentioned: frozenset[int]
    single: frozenset[int]
    prices: frozenset[int]


class Figures:
    """The numbers that the agent has been told so far. They are only looked for once it says one itself."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._length = 0
        self._unread: list[str] = []
        self._uncounted: list[str] = []
        """Read texts whose totals nobody needed yet."""
        self._totals: set[int] = set()
        self._mentioned: set[int] = set()
        self._known = Arithmetic()

    def hear(self, text: str) -> None:
        """Take in what the agent is told."""
        self._heard.append(text)
        self._length += len(text)
        self._unread.append(text)

    def unsupported(self, text: str) -> list[str]:
        """The amounts in `text` that follow from nothing; what does follow may be said again."""
        amounts = list(_amounts(text))[:MOST_SAID]
        if not amounts:
            return []
        found = []
        for place, amount in enumerate(amounts):
            if self._repeats(amount) or self._supports(amount) or _adds_up(amounts[:place], amount.hundredths):
                self._mentioned.add(amount.hundredths)
            else:
                found.append(amount.text)
        return found

    def _read(self) -> None:
        if not self._unread or self._too_many:
            return
        read = [_numbers(text) for text in self._unread]
        self._mentioned.update(*(each.mentioned for each in read))
        self._known = Arithmetic(
            self._known.numbers.union(*(each.single for each in read)),
            self._known.prices.union(*(each.prices for each in read)),
        )
        self._uncounted += self._unread
        self._unread.clear()

    @property
    def _too_many(self) -> bool:
        return len(self._known.numbers) > MOST

    def _repeats(self, amount: Amount) -> bool:
        """Whether it was heard as it is; mostly it was, and then nobody needs to read all numbers there are."""
        if amount.hundredths in self._mentioned:
            return True
        forms = _forms(amount.hundredths) if self._length <= SHORT else ()
        return any(_stands_in(text, form) for text in reversed(self._heard) for form in forms)

    def _supports(self, amount: Amount) -> bool:
        self._read()
        number = amount.hundredths
        if number in self._mentioned or self._too_many:
            return True
        if amount.rate:
            return self._known.reaches_rate(number)
        return self._known.reaches(number) or self._is_total(number)

    def _is_total(self, number: int) -> bool:
        """Of all numbers of one name in one answer."""
        for answer in self._uncounted:
            self._totals.update(_totals(answer))
        self._uncounted.clear()
        return number in self._totals


@lru_cache(maxsize=KEPT)
def _numbers(text: str) -> Numbers:
    """A whole number that stands by itself has two readings when it is large: the second is in cents."""
    grouped = () if text[:1] in "[{" else GROUPED.findall(text)  # in JSON 1,234 are two numbers
    alone = {*ALONE.findall(text), *(number.replace(",", "") for number in grouped)}
    prices = {_hundredths(number) for number in alone if "." in number}
    whole = {int(number) for number in alone if "." not in number}
    single = {*prices, *(number * 100 for number in whole), *(number for number in whole if number >= LARGE)}
    mentioned = single.union(map(_hundredths, set(HEARD.findall(text)) - alone))
    return Numbers(frozenset(mentioned), frozenset(single), frozenset(prices))


def _forms(hundredths: int) -> tuple[str, ...]:
    """How the number may be written."""
    whole, rest = divmod(hundredths, 100)
    if not rest:
        return f"{whole}", f"{whole}.0", f"{whole}.00"
    return (f"{whole}.{rest:02}",) if rest % 10 else (f"{whole}.{rest:02}", f"{whole}.{rest // 10}")


def _stands_in(text: str, number: str) -> bool:
    """Whether `number` stands there, and is no part of another one."""
    start = text.find(number)
    while start >= 0:
        before, after = text[max(start - 2, 0) : start], text[start + len(number) : start + len(number) + 2]
        if not (ENDS_NUMBER.search(before) or BEGINS_NUMBER.match(after)):
            return True
        start = text.find(number, start + 1)
    return False


def _hundredths(number: str) -> int:
    return round(float(number) * 100)


def _totals(answer: str) -> Iterator[int]:
    """The sum of each column of an answer in JSON, once more in cents."""
    columns: dict[str, float] = {}
    for name, written in FIELD.findall(answer):
        columns[name] = columns.get(name, 0.0) + float(written)
    for total in columns.values():
        yield round(total * 100)
        yield round(total)


def _amounts(text: str) -> Iterator[Amount]:
    for found in AMOUNT.finditer(text):
        number, decimals = found["number"].replace(",", ""), found["decimals"] or ""
        rate = bool(found["share"] or found["span"])
        if rate or found["currency"] or decimals or found["money"] or int(number) >= LARGE:
            yield Amount(found[0].strip(), round(float(number + decimals) * 100), rate)


def _adds_up(before: list[Amount], total: int) -> bool:
    """Whether it is the sum of the last two or more said before it."""
    added = 0
    for count, amount in enumerate(reversed(before[-LONGEST_SUM:]), start=1):
        added += amount.hundredths
        if count > 1 and added == total:
            return True
    return False
