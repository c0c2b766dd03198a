"""The patterns by which colleagues and checks recognise what the agent says."""

from wardian.environments.amounts import NUMERALS, money
from wardian.environments.brief import Fact, Wish
from wardian.environments.checks import Communicated

from .records import Employee

__all__ = ["amount_check", "amount_said", "amount_wish", "told", "told_rows", "who", "words_for"]


def words_for(count: int) -> str:
    """A pattern for a number of things, in digits or as a word; never a part of another number or of a name."""
    spelled = rf"|\b{NUMERALS[count]}\b" if count < len(NUMERALS) else ""
    return rf"(?<![\w.,-]){count}(?![\w-]|[.,]\d){spelled}"


def told(name: str, text: str) -> Communicated:
    """They were told this name or number."""
    return Communicated(name=f"told_{name}", pattern=rf"\b{text}\b")


def told_rows(name: str, count: int) -> Communicated:
    """They were told how many rows it were."""
    return Communicated(name=f"told_{name}", pattern=words_for(count))


def amount_said(cents: int, currency: str) -> str:
    """A pattern for an amount; a whole one may go without its zeros where the currency stands beside it."""
    if cents % 100:
        return money(cents)
    digits = f"{cents // 100:,}".replace(",", ",?")
    return rf"{money(cents)}|\b{currency} ?{digits}(?!\d|[.,]\d)|(?<![\d.,]){digits} ?{currency}\b"


def amount_wish(cents: int, currency: str) -> Wish:
    """They want to know an amount."""
    about = r"(?:revenue|total|bought|worth|sum)\w*[^?!]{0,80}\d|\d[\d.,]*[^.?!]{0,60}(?:revenue|total)"
    return Wish(name="amount", said=amount_said(cents, currency), ask="And how much is it exactly?", about=about)


def amount_check(cents: int, currency: str) -> Communicated:
    """They were told that amount."""
    return Communicated(name="told_amount", pattern=amount_said(cents, currency))


def who(requester: Employee) -> Fact:
    """Who is asking."""
    asked = r"your (?:full )?name|who (?:are you|am i|is (?:this|asking))|account manager|whose customers"
    return Fact(name="who", asked=asked, answer=f"I am {requester.name}.", bare=requester.name)
