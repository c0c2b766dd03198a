"""Amounts of money and small numbers: as they are written, and as they are recognised in what an agent says."""

from wardian.environments.brief import Wish
from wardian.environments.checks import Communicated

__all__ = ["NUMERALS", "amount_check", "amount_wish", "dollars", "money", "usd"]

NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
"""Small numbers as words; each stands in the place of its number."""


def usd(cents: int) -> str:
    """An amount as people read it: $1,234.50."""
    return f"${cents / 100:,.2f}"


def dollars(cents: int) -> float:
    """An amount as tools give it."""
    return round(cents / 100, 2)


def money(cents: int) -> str:
    """A pattern for an amount as people write it: $1,234.50, 1234.5, 59 dollars; never a part of another number.

    A bare 59 is none: it may be a house, a day or a size.
    """
    whole, rest = divmod(cents, 100)
    digits = f"{whole:,}".replace(",", ",?")
    end = r"(?![\d]|[.,]\d)"
    if rest:
        return rf"(?<![\d.,]){digits}\.{rest // 10}{rest % 10 or '0?'}{end}"
    marked = rf"(?:\$|\bUSD) ?{digits}{end}|(?<![\d.,]){digits} ?(?:dollars|bucks|usd)\b"
    return rf"(?:(?<![\d.,]){digits}\.00?{end}|{marked})"


def amount_check(name: str, cents: int) -> Communicated:
    """The user was told that amount."""
    return Communicated(name=name, pattern=money(cents))


def amount_wish(name: str, cents: int, ask: str, words: str) -> Wish:
    """The user wants to hear an amount.

    Args:
        name: of the wish.
        cents: the amount.
        ask: how they ask for it.
        words: a pattern; an amount near one of them, right or wrong, has been spoken of.
    """
    about = rf"{words}[^.?!]{{0,80}}\$ ?\d|\$ ?\d[\d.,]*[^.?!]{{0,60}}{words}"
    return Wish(name=name, said=money(cents), ask=ask, about=about)
