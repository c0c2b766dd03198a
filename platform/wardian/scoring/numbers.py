"""Where the numbers in a text come from."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

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

HEARD = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?")

BLANKS: Final = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "._-/:"}
"""Makes blanks of what is in no word: that takes a third of the time that a pattern takes."""
EDGES: Final = "._-/:"

LARGE: Final = 100
"""From here on a bare number is an amount, below it may count what is listed."""
SPANS: Final = (7, 12, 24, 60)
"""How many of one span of time make another."""
COUNTS: Final = range(1, 4)
"""How many of one thing are bought beside so many of another."""
LONGEST_SUM: Final = 20
MOST_SAID: Final = 100
"""Amounts of one text that are looked at: a model that never stops must not hold up the others."""
MOST_PRICES: Final = 20
"""Numbers with decimals up to which sums of three are tried: beyond, they would explain too much."""
MOST: Final = 300
"""Numbers up to which others are worked out from them: beyond, most numbers are a sum of two."""


class Amount(NamedTuple):
    """A number as it is written, in hundredths, and what kind of number it is."""

    text: str
    hundredths: int
    rate: bool
    """A share or a span of time: nobody adds or multiplies such numbers to get another."""


class Figures:
    """The numbers that the agent has been told so far. They are only looked for once it says one itself."""

    def __init__(self) -> None:
        self._unread: list[str] = []
        self._words: set[str] = set()
        self._mentioned: set[int] = set()
        """All of them, also those within names and dates."""
        self._single: set[int] = set()
        """Those that stand by themselves: people calculate with these."""
        self._prices: set[int] = set()
        self._multiples: frozenset[int] = frozenset()
        self._sums: frozenset[int] = frozenset()

    def hear(self, text: str) -> None:
        """Take in what the agent is told."""
        self._unread.append(text)

    def unsupported(self, text: str) -> list[str]:
        """The amounts in `text` that follow from nothing; what does follow may be said again."""
        amounts = list(_amounts(text))[:MOST_SAID]
        if not amounts:
            return []
        self._read()
        found = []
        for place, amount in enumerate(amounts):
            if self._supports(amount) or _adds_up(amounts[:place], amount.hundredths):
                self._mentioned.add(amount.hundredths)
            else:
                found.append(amount.text)
        return found

    def _read(self) -> None:
        if not self._unread:
            return
        for text in self._unread:
            new = set(_words(text)) - self._words
            self._words |= new
            for word in new:
                if not word.isalpha():
                    self._note(word)
        self._unread.clear()
        self._multiples = frozenset(each * count for each in self._single for count in COUNTS)
        few = self._prices if len(self._prices) <= MOST_PRICES else ()
        self._sums = frozenset(one + other for one in few for other in few)

    def _note(self, word: str) -> None:
        """A word that is a number has two readings when it has no decimals: the second is in cents."""
        single = HEARD.fullmatch(word) is not None
        for written in HEARD.findall(word):
            number = round(float(written) * 100)
            readings = {number, number // 100} if single and "." not in word and number >= LARGE * 100 else {number}
            self._mentioned |= readings
            if single:
                self._single |= readings
                if "." in word:
                    self._prices.add(number)

    def _supports(self, amount: Amount) -> bool:
        number = amount.hundredths
        if number in self._mentioned or len(self._single) > 2 * MOST:
            return True
        if amount.rate:
            spans = (*(number * times for times in SPANS), *(number / times for times in SPANS))
            same = (number * 100, number / 100, *spans)
            return any(each in self._single for each in same) or self._is_difference(number)
        return self._is_difference(number) or self._is_product(number) or self._is_sum(number)

    def _is_difference(self, number: int) -> bool:
        return any(each - number in self._single for each in self._single)

    def _is_product(self, number: int) -> bool:
        """Of two numbers, of a number and so many percent, or a part of one."""
        single = self._single
        return any(
            (not number * 100 % each and number * 100 // each in single)
            or (not number * 10_000 % each and number * 10_000 // each in single)
            or (number and not each * 100 % number and each * 100 // number in single)
            for each in single
            if each
        )

    def _is_sum(self, number: int) -> bool:
        """Of two numbers, so many times each; or of two prices, with a third one, a fee say, added or taken off."""
        return any(number - each in self._multiples for each in self._multiples) or any(
            number + price in self._sums or number - price in self._sums for price in self._prices
        )


def _words(text: str) -> Iterator[str]:
    """What may be a number, or has one in it."""
    if text.isascii():
        yield from (word.strip(EDGES) for word in text.translate(BLANKS).split())
    else:
        yield from HEARD.findall(text)
    if text[:1] not in "[{":  # what a tool answers is JSON, where 1,234 are two numbers
        yield from (number.replace(",", "") for number in GROUPED.findall(text))


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
