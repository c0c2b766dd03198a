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

BLANKS: Final = {code: " " for code in range(128) if not chr(code).isdigit() and chr(code) != "."}
"""Makes blanks of all that is in no number: that takes a third of the time that a pattern takes."""

LARGE = 100
"""From here on a bare number is an amount, below it may count what is listed."""
SPANS: Final = (7, 12, 24, 60)
"""How many of one span of time make another."""
COUNTS: Final = range(1, 10)
"""How many of one thing are bought beside so many of another."""
MOST = 300
"""Different numbers heard up to which others are worked out from them: beyond, most numbers are a sum of two."""


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
        self._written: set[str] = set()
        self._known: set[int] = set()

    def hear(self, text: str) -> None:
        """Take in what the agent is told."""
        self._unread.append(text)

    def unsupported(self, text: str) -> list[str]:
        """The amounts in `text` that follow from nothing; what does follow may be said again."""
        amounts = list(_amounts(text))
        if not amounts:
            return []
        self._read()
        found = []
        for place, amount in enumerate(amounts):
            if self._supports(amount) or _adds_up(amounts[:place], amount.hundredths):
                self._known.add(amount.hundredths)
            else:
                found.append(amount.text)
        return found

    def _read(self) -> None:
        for text in self._unread:
            new = set(_written(text)) - self._written
            self._written |= new
            for written in (number for word in new for number in HEARD.findall(word.replace(",", ""))):
                whole = round(float(written) * 100)
                self._known.add(whole)
                if "." not in written:
                    self._known.add(whole // 100)  # cents
        self._unread.clear()

    def _supports(self, amount: Amount) -> bool:
        number, known = amount.hundredths, self._known
        if number in known or len(self._written) > MOST:
            return True
        if amount.rate:
            other = (
                number * 100,
                number // 100,
                *(number * times for times in SPANS),
                *(number / each for each in SPANS),
            )
            return any(each in known for each in other) or any(each - number in known for each in known)
        return self._follows(number)

    def _follows(self, amount: int) -> bool:
        known = self._known
        if any(_follows_from(amount, each, known) for each in known):
            return True
        pieces = {each * count for each in known for count in COUNTS}
        return any(amount - each in pieces for each in pieces)


def _written(text: str) -> Iterator[str]:
    """The numbers in a text, and perhaps dots beside them."""
    yield from text.translate(BLANKS).split() if text.isascii() else HEARD.findall(text)
    if text[:1] not in "[{":  # what a tool answers is JSON, where 1,234 are two numbers
        yield from GROUPED.findall(text)


def _follows_from(amount: int, each: int, known: set[int]) -> bool:
    """Whether `amount` is `each` minus, times or divided by another one."""
    if each - amount in known:
        return True
    times = amount * 100
    if each and not times % each and times // each in known:
        return True
    over = each * 100
    return bool(amount) and not over % amount and over // amount in known


def _amounts(text: str) -> Iterator[Amount]:
    for found in AMOUNT.finditer(text):
        number, decimals = found["number"].replace(",", ""), found["decimals"] or ""
        rate = bool(found["share"] or found["span"])
        if rate or found["currency"] or decimals or found["money"] or int(number) >= LARGE:
            yield Amount(found[0].strip(), round(float(number + decimals) * 100), rate)


def _adds_up(before: list[Amount], total: int) -> bool:
    """Whether it is the sum of the last two or more said before it."""
    added = 0
    for count, amount in enumerate(reversed(before), start=1):
        added += amount.hundredths
        if count > 1 and added == total:
            return True
    return False
