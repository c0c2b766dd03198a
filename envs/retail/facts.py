"""What customers say when asked, and the patterns by which they and the checks recognise answers."""

from datetime import date
from functools import partial

from wardian.environments import amounts
from wardian.environments.address import Address
from wardian.environments.brief import Correction, Fact
from wardian.environments.checks import Consulted

from .records import Customer, Item, Order, PaymentMethod, Variant
from .tools import CancelReason, ReturnReason

__all__ = [
    "CANCEL_REASONS",
    "RETURN_REASONS",
    "amount_wish",
    "day",
    "days",
    "looked_up_order",
    "method_correction",
    "method_fact",
    "named",
    "new_address_facts",
    "reason_fact",
    "short",
    "variant_correction",
    "variant_fact",
]

RETURN_REASONS: dict[ReturnReason, str] = {
    "no_longer_needed": "I changed my mind and do not need it any more.",
    "does_not_fit": "It does not fit me.",
    "damaged": "It arrived damaged.",
    "not_as_described": "It is not what the description said.",
    "wrong_item": "It is not what I ordered, you sent me something else.",
}
CANCEL_REASONS: dict[CancelReason, str] = {
    "no_longer_needed": "I do not need it any more.",
    "ordered_by_mistake": "I ordered it by mistake.",
    "found_cheaper": "I found it cheaper somewhere else.",
    "arrives_too_late": "It would arrive too late for me.",
}
amount_wish = partial(amounts.amount_wish, words=r"(?:refund|charge|differ|back|cost|total|pay|paid|credit|price)")
"""They want to know an amount."""


def named(order: Order, *items: Item) -> str:
    """A pattern for a proposal that says what it is about: the order's number, or one of the things."""
    things = (item.product.name.split()[-1] for item in items or order.items)
    return "|".join((order.id, *(rf"\b{thing}\b" for thing in things)))


def reason_fact(answer: str) -> Fact:
    """Why they want it."""
    asked = r"\bwhy\b|\breason|what(?:'s| is| was| seems) (?:wrong|the (?:problem|matter|issue))|what happened"
    return Fact(name="reason", asked=asked, answer=answer)


def method_fact(wanted: str) -> Fact:
    """Where the money shall go."""
    asked = (
        r"\b(?:refund|credit|money|amount|difference)\w*\b.*\b(?:to|method|where|how|card|account|prefer|receive|onto)\b"
        r"|payment (?:method|option)|which (?:card|method|account)|original (?:payment|method)"
    )
    return Fact(name="method", asked=asked, answer=f"To {wanted}, please.", bare=wanted)


def method_correction(order: Order, gift_card: PaymentMethod | None) -> Correction:
    """The money shall go back the way it came, or to the gift card when there is one given."""
    paid = rf"original|{short(order.customer.paying)}|{order.customer.paying.label.split()[0]}"
    if gift_card is not None:
        return Correction(wrong=paid, right=r"gift ?card", say="I would like the money on my gift card.")
    say = f"I would like the money back on my {order.customer.paying.label}."
    return Correction(wrong=r"gift ?card|store credit", right=paid, say=say)


def short(method: PaymentMethod) -> str:
    """The part of a payment method that people mention: the last digits of a card, or the name."""
    return method.label.split()[-1]


def variant_fact(wanted: Variant) -> Fact:
    """Which variant they want instead."""
    asked = (
        r"(?:which|what) (?:colou?r|size|variant|option|version|model|one|length|capacity|volume|diameter|fuel)"
        r"|exchange (?:it|them|this|that)? ?for|\binstead\b|would you (?:prefer|like) (?:in )?exchange"
    )
    return Fact(name="variant", asked=asked, answer=f"I would like it in {wanted.label}.", bare=wanted.label)


def variant_correction(wanted: Variant, others: tuple[Variant, ...]) -> Correction:
    """Another variant than the wanted one was proposed: one of its options is named and the wanted one is not."""
    for name, value in wanted.options.items():
        rivals = sorted({other.options[name] for other in others} - {value})
        if len(value) > 1 and rivals:
            wrong = "|".join(rf"\b{rival}\b" for rival in rivals)
            return Correction(wrong=wrong, right=rf"\b{value}\b", say=f"I would like it in {wanted.label}.")
    return Correction(wrong=r"(?!)", right="", say="")


def new_address_facts(address: Address) -> tuple[Fact, ...]:
    """Where they want it sent."""
    asked = (
        r"^(?!.*(?:e-?mail|\bname\b|on file)).*\baddress|where (?:should|shall|would|do|to)\b"
        r"|(?:new|correct|shipping|street)\b.*\b(?:zip|city|street)"
    )
    return (Fact(name="address", asked=asked, answer=f"The new address is {address.line}.", bare=address.line),)


def looked_up_order() -> Consulted:
    """They were not told no without a look at their orders: a refusal by guess is right now and then."""
    return Consulted(name="looked_up_order", tools=("list_orders", "get_order"))


def day(moment: date) -> str:
    """A pattern for a date as people write it: 2026-02-20, 20 February, February 20th, Feb 20, 2/20."""
    name = f"{moment:%B}"
    month = rf"{name[:3]}(?:{name[3:]})?\.?"
    number = rf"{moment.day}(?:st|nd|rd|th)?"
    slashed = rf"(?<![\d/])0?{moment.month}/0?{moment.day}\b"
    return rf"{moment.isoformat()}|\b{number} (?:of )?{month}\b|\b{month} {number}\b|\b{slashed}"


def days(customer: Customer) -> str:
    """A pattern for the customer's return window."""
    words = {30: "thirty", 60: "sixty"}[customer.window_days]
    return rf"\b(?:{customer.window_days}|{words})[- ]?(?:calendar )?days?\b"
