"""Cards: lost, limited, and blocked by fraud detection while the conversation goes on."""

from wardian.environments.amounts import money, usd
from wardian.environments.brief import Fact, Request
from wardian.environments.checks import Communicated
from wardian.environments.life.event import Conditional, Event, Mutation, News
from wardian.environments.solution import Issue

from .desk import Desk
from .facts import amount_fact, card_correction, card_fact, reason_fact
from .records import Card
from .tools import BlockReason

__all__ = ["VERIFIED", "card_limit", "card_limit_too_high", "fraud_block", "lost_card", "new_card"]

_LOSSES: dict[BlockReason, str] = {
    "lost": "I must have lost it somewhere, I cannot find it any more.",
    "stolen": "It was stolen from my bag.",
}
_HIGHEST_CENTS = 3_000_00


def new_card(desk: Desk) -> Card:
    """A card of the customer with a usual limit."""
    return desk.books.card(desk.random, desk.customer, desk.random.choice((500, 800, 1_000)) * 100)


VERIFIED = Conditional(sql="SELECT 1 FROM codes WHERE customer_id = :customer AND verified = 1")
"""The moment when the customer has proved who they are."""


def lost_card(desk: Desk) -> Issue:
    """The right one of two cards is blocked and replaced."""
    card, other = new_card(desk), new_card(desk)
    reason: BlockReason = desk.random.choice(tuple(_LOSSES))
    home = desk.customer.address
    desk.identify()
    desk.call("list_cards", customer_id=desk.customer.id)
    desk.call("get_customer", customer_id=desk.customer.id)
    desk.say("I am sorry to hear that. Which card is it: what are its last four digits? And was it lost or stolen?")
    desk.say(
        f"I will block the card ending in {card.last_digits} and send a replacement to {home.line}. Shall I go ahead?"
    )
    desk.call("block_card", card_id=card.id, reason=reason)
    desk.call("replace_card", card_id=card.id)
    desk.finish(f"The card ending in {card.last_digits} has been blocked, and a replacement is on its way.")
    request = Request(
        opening="My card is gone! Please do something.",
        detail=f"I want the card ending in {card.last_digits} blocked, and a new one. {_LOSSES[reason]}",
        facts=(card_fact(card), reason_fact(_LOSSES[reason])),
        corrections=(card_correction(card, other),),
        terms=rf"\b{card.last_digits}\b",
    )
    return Issue(request)


def card_limit(desk: Desk) -> Issue:
    """A higher limit, within what the policy allows."""
    card, other, cents = new_card(desk), new_card(desk), desk.random.randrange(12, 31) * 100_00
    _ask_for_card(desk)
    _limit(desk, card, cents)
    request = Request(
        opening="I am going to buy a sofa and need a higher limit on my card.",
        detail=f"I want a daily limit of {usd(cents)} on the card ending in {card.last_digits}.",
        facts=(card_fact(card), amount_fact(cents)),
        corrections=(card_correction(card, other),),
        terms=money(cents),
    )
    return Issue(request)


def card_limit_too_high(desk: Desk) -> Issue:
    """More than the policy allows; the highest possible limit will do."""
    card, other, wanted = new_card(desk), new_card(desk), desk.random.randrange(35, 90) * 100_00
    _ask_for_card(desk)
    desk.say(f"I am sorry, {usd(wanted)} is not possible: the daily limit may be {usd(_HIGHEST_CENTS)} at most.")
    _limit(desk, card, _HIGHEST_CENTS)
    request = Request(
        opening=f"Please raise the daily limit of my card to {usd(wanted)}.",
        detail=f"I want a daily limit of {usd(wanted)} on the card ending in {card.last_digits}.",
        facts=(card_fact(card), amount_fact(wanted)),
        corrections=(card_correction(card, other),),
        terms=money(_HIGHEST_CENTS),
        fallback="That is a pity. Then make it the highest limit that is possible.",
    )
    return Issue(request)


def fraud_block(desk: Desk) -> Issue:
    """Fraud detection blocks the card in the middle of a request; what to do depends on what the customer says."""
    card, cents = new_card(desk), desk.random.randrange(12, 31) * 100_00
    shop, attempt = desk.random.choice(desk.books.people["merchants"]), desk.random.randrange(300_00, 900_00)
    own = desk.random.random() < 0.5
    blocked = Mutation(sql=("UPDATE cards SET status = 'blocked', blocked_for = 'fraud' WHERE id = :card",))
    text = f"Fraud detection has blocked card {card.id}: attempted payment of {usd(attempt)} at {shop}."
    values = {"customer": desk.customer.id, "card": card.id}
    event = Event(name="fraud_block", when=VERIFIED, effects=(blocked, News(text=text)), values=values)
    _ask_for_card(desk)
    desk.say(
        f"Fraud detection has just blocked the card ending in {card.last_digits} because of an attempted payment of "
        f"{usd(attempt)} at {shop}. Did you make that payment?"
    )
    if own:
        desk.say(
            f"Thank you. I will unblock the card ending in {card.last_digits} and set its daily limit to {usd(cents)}. "
            "Shall I go ahead?"
        )
        desk.call("unblock_card", card_id=card.id)
        desk.call("set_card_limit", card_id=card.id, daily_limit=cents / 100)
        desk.finish(f"The card is active again, and its daily limit has been changed to {usd(cents)}.")
    else:
        _leave_blocked(desk, card)
    answer = "Yes, that was me." if own else "No, that was not me! I have never been there."
    request = Request(
        opening=f"I am traveling next week. Please set the daily limit of my card ending in {card.last_digits} to "
        f"{usd(cents)}.",
        detail=f"I want a daily limit of {usd(cents)} on the card ending in {card.last_digits}.",
        facts=(card_fact(card), amount_fact(cents), _attempt_fact(shop, answer)),
        terms=money(cents) if own else r"replac|new card",
    )
    told = Communicated(name="told_of_the_block", pattern=r"\bblock|fraud|suspicious|declined")
    return Issue(request, (told,), (event,))


def _leave_blocked(desk: Desk, card: Card) -> None:
    home = desk.customer.address
    desk.call("get_customer", customer_id=desk.customer.id)
    desk.say(
        f"Then it stays blocked, and its limit cannot be changed any more. I will send a replacement for the card "
        f"ending in {card.last_digits} to {home.line}. Shall I do that?"
    )
    desk.call("replace_card", card_id=card.id)
    desk.finish("The replacement is on its way to you.")


def _attempt_fact(shop: str, answer: str) -> Fact:
    asked = (
        rf"{shop}|\b(?:was|is) (?:that|this|it) (?:you\b|yours)|attempt|genuine|legitimate"
        r"|(?:did|do) you (?:make|try|authori[sz]e|recogni[sz]e)"
    )
    return Fact(name="own", asked=asked, answer=answer)


def _ask_for_card(desk: Desk) -> None:
    desk.identify()
    desk.call("list_cards", customer_id=desk.customer.id)


def _limit(desk: Desk, card: Card, cents: int) -> None:
    desk.say("Which card is it: what are its last four digits? And what limit would you like?")
    desk.say(f"I will set the daily limit of the card ending in {card.last_digits} to {usd(cents)}. Is that correct?")
    desk.call("set_card_limit", card_id=card.id, daily_limit=cents / 100)
    desk.finish(f"The daily limit of the card ending in {card.last_digits} is {usd(cents)} now.")
