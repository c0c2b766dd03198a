"""What customers say when asked, and the patterns by which they and the checks recognise answers."""

from functools import partial

from wardian.environments import amounts
from wardian.environments.address import Address
from wardian.environments.amounts import money, usd
from wardian.environments.brief import Correction, Fact
from wardian.environments.checks import Consulted

from .ledger_tools import DisputeReason
from .records import Card

__all__ = [
    "DISPUTE_REASONS",
    "address_facts",
    "amount_correction",
    "amount_fact",
    "amount_wish",
    "card_correction",
    "card_fact",
    "looked_at",
    "reason_fact",
]

DISPUTE_REASONS: dict[DisputeReason, str] = {
    "unauthorized": "I did not make that payment.",
    "not_received": "I never got what I paid for.",
    "wrong_amount": "They took more than we had agreed on.",
    "charged_twice": "They charged me twice for the same thing.",
}
amount_wish = partial(
    amounts.amount_wish, words=r"(?:refund|credit|back|amount|balance|there (?:is|are)|limit|dispute|order)"
)
"""They want to know an amount."""


def amount_fact(cents: int, mistaken: int = 0) -> Fact:
    """How much; `mistaken` cents is what confused people say at first."""
    return Fact(
        name="amount",
        asked=r"how (?:much|large|high)|(?:what|which|new|exact|the) (?:amount|sum|limit)|amount (?:of|in|to|should)",
        answer=f"It is {usd(cents)}.",
        bare=usd(cents),
        mistaken=f"It is {usd(mistaken)}, I think." if mistaken else "",
    )


def amount_correction(cents: int, mistaken: int) -> Correction:
    """They hear their own mistake when it is repeated to them."""
    say = f"Sorry, I mixed something up: it has to be {usd(cents)}."
    return Correction(wrong=money(mistaken), right=money(cents), say=say)


def looked_at(*tools: str) -> Consulted:
    """They were not told no by guess."""
    return Consulted(name="looked_it_up", tools=tools)


def card_fact(card: Card) -> Fact:
    """Which of their cards."""
    return Fact(
        name="card",
        asked=r"which (?:of your )?cards?|what card|last (?:four|4)|\bdigits\b|card (?:number|ending|end)",
        answer=f"It is the card ending in {card.last_digits}.",
        bare=card.last_digits,
    )


def card_correction(card: Card, other: Card) -> Correction:
    """The other card was meant."""
    say = f"I mean the card ending in {card.last_digits}."
    return Correction(wrong=rf"\b{other.last_digits}\b", right=rf"\b{card.last_digits}\b", say=say)


def reason_fact(answer: str) -> Fact:
    """What is wrong, or why they want it."""
    asked = (
        r"\bwhy\b|\breason|what(?:'s| is| was| seems to be) (?:wrong|the (?:problem|matter|issue))|what happened"
        r"|(?:did|do) you (?:make|authori[sz]e|recogni[sz]e)|unauthori[sz]ed|\blost or\b|\bstolen or\b"
    )
    return Fact(name="reason", asked=asked, answer=answer)


def address_facts(address: Address) -> tuple[Fact, ...]:
    """Where they live now."""
    asked = r"\baddress|where (?:do|did|are|have) you|(?:new|street)\b.*\b(?:zip|city|street)"
    return (Fact(name="address", asked=asked, answer=f"The new address is {address.line}.", bare=address.line),)
