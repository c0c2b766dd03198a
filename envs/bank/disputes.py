"""Disputes of card payments: possible, not yet, too late, too large."""

from datetime import date, timedelta

from wardian.environments.amounts import amount_check, money, usd
from wardian.environments.brief import Fact, Request
from wardian.environments.checks import Communicated
from wardian.environments.life.event import Event, Mutation, News, Once
from wardian.environments.solution import Issue

from .books import CLEARING
from .cards import new_card
from .desk import Desk
from .facts import DISPUTE_REASONS, amount_fact, amount_wish, card_fact, looked_at, reason_fact
from .ledger_tools import DisputeReason
from .records import TODAY, Payment

__all__ = ["dispute_large", "dispute_payment", "dispute_pending", "dispute_too_old"]

_WITHIN_DAYS = 60
_POSTS_AFTER_MIN = 75
_PATIENCE_MIN = 150
_FEW_DOLLARS, _MANY_DOLLARS = (20, 400), (1_100, 2_400)


def dispute_payment(desk: Desk) -> Issue:
    """A payment is disputed; when the customer did not make it, the card goes too."""
    reason: DisputeReason = desk.random.choice(tuple(DISPUTE_REASONS))
    payment = _payment(desk, _days_ago(desk, 3, _WITHIN_DAYS), _FEW_DOLLARS)
    _look(desk, payment)
    amount, digits = usd(payment.amount_cents), payment.card.last_digits
    steps = f"I will dispute your payment of {amount} to {payment.merchant}, and {amount} are credited provisionally."
    if reason == "unauthorized":
        desk.call("get_customer", customer_id=desk.customer.id)
        steps += f" I will also block the card ending in {digits} and send a new one to {desk.customer.address.line}."
    desk.say(f"{steps} Shall I go ahead?")
    desk.pay("open_dispute", payment_id=payment.id, reason=reason)
    if reason == "unauthorized":
        desk.call("block_card", card_id=payment.card.id, reason="fraud")
        desk.call("replace_card", card_id=payment.card.id)
    desk.finish(f"The dispute has been filed, and {amount} have been credited provisionally.")
    return Issue(_request(payment, reason), (amount_check("told_credit", payment.amount_cents),))


def dispute_pending(desk: Desk) -> Issue:
    """A payment that has not been posted yet: wait for it, with the customer's consent."""
    reason: DisputeReason = desk.random.choice(("wrong_amount", "charged_twice"))
    payment = _payment(desk, TODAY, _FEW_DOLLARS, posted=False)
    if desk.mishap == "rate_limited":
        desk.mishap = "none"  # over by then
    _look(desk, payment)
    amount = usd(payment.amount_cents)
    desk.say(
        f"Your payment of {amount} to {payment.merchant} is still pending, so it cannot be disputed yet. It posts "
        f"within an hour or two. Shall I wait for that and dispute it then? The {amount} are credited provisionally."
    )
    desk.call("wait", minutes=_PATIENCE_MIN)
    desk.pay("open_dispute", payment_id=payment.id, reason=reason)
    desk.finish(f"The payment has been posted and disputed, and {amount} have been credited provisionally.")
    told = Communicated(
        name="told_pending", pattern=r"pending|not (?:yet )?(?:been )?(?:posted|cleared)|n't (?:posted|cleared)"
    )
    return Issue(_request(payment, reason), (told,), (_posting(desk, payment),))


def dispute_too_old(desk: Desk) -> Issue:
    """The payment was made too long ago."""
    reason: DisputeReason = desk.random.choice(("not_received", "wrong_amount", "charged_twice"))
    payment = _payment(desk, _days_ago(desk, _WITHIN_DAYS + 3, 150), _FEW_DOLLARS)
    _look(desk, payment)
    desk.say(
        f"I am sorry: you made the payment to {payment.merchant} on {payment.made_on:%B} {payment.made_on.day}, and "
        f"payments can only be disputed within {_WITHIN_DAYS} days. I cannot do anything about it any more."
    )
    if desk.persona.insists:
        desk.say(f"I understand, but there are no exceptions: after {_WITHIN_DAYS} days no dispute is possible.")
    request = _request(payment, reason).model_copy(
        update={
            "kind": "refused",
            "wishes": (),
            "fallback": "Can you not make an exception, just this once?" if desk.persona.insists else "",
        }
    )
    told = Communicated(name="told_window", pattern=r"\b(?:60|sixty)[- ]?days?\b")
    return Issue(request, (looked_at("list_card_payments"), told))


def dispute_large(desk: Desk) -> Issue:
    """So much money is a matter for a colleague."""
    payment = _payment(desk, _days_ago(desk, 3, _WITHIN_DAYS), _MANY_DOLLARS)
    _look(desk, payment)
    summary = f"The customer disputes {usd(payment.amount_cents)} to {payment.merchant} ({payment.id}): unauthorized."
    desk.call("transfer_to_human", customer_id=desk.customer.id, reason="large_dispute", summary=summary)
    desk.say(
        f"A dispute of {usd(payment.amount_cents)} is a matter for our specialists. "
        "I am transferring you to a colleague now."
    )
    request = _request(payment, "unauthorized").model_copy(update={"kind": "handover", "wishes": ()})
    told = Communicated(name="told_transfer", pattern=r"transfer|colleague|human|specialist|escalat|team")
    return Issue(request, (looked_at("list_card_payments"), told))


def _days_ago(desk: Desk, low: int, high: int) -> date:
    return TODAY - timedelta(desk.random.randrange(low, high))


def _payment(desk: Desk, on: date, dollars: tuple[int, int], *, posted: bool = True) -> Payment:
    """The payment that it is about, and two others with the same card."""
    card = new_card(desk)
    merchant, *others = desk.random.sample(desk.books.people["merchants"], 3)
    for other in others:
        desk.books.payment(
            desk.customer, card, (other, desk.random.randrange(5_00, 90_00)), _days_ago(desk, 3, 50), posted=True
        )
    cents = desk.random.randrange(dollars[0] * 100, dollars[1] * 100)
    return desk.books.payment(desk.customer, card, (merchant, cents), on, posted=posted)


def _look(desk: Desk, payment: Payment) -> None:
    desk.identify()
    desk.call("list_cards", customer_id=desk.customer.id)
    desk.say("Which card was it: what are its last four digits? How much was the payment, and what is wrong with it?")
    desk.call("list_card_payments", card_id=payment.card.id)


def _request(payment: Payment, reason: DisputeReason) -> Request:
    said = DISPUTE_REASONS[reason]
    cents = payment.amount_cents
    mistaken = cents + 9_00 if cents % 2 else max(cents - 9_00, 5_00)
    when = f"It was on {payment.made_on:%B} {payment.made_on.day}."
    return Request(
        opening=f"There is something wrong with a payment to {payment.merchant} on my card. I want my money back.",
        detail=f"I want to dispute the payment to {payment.merchant}. {said}",
        facts=(
            card_fact(payment.card),
            amount_fact(cents, mistaken),
            reason_fact(said),
            Fact(name="day", asked=r"\bwhen\b|\bdate\b(?! of birth)|which day|what day", answer=when),
        ),
        wishes=(amount_wish("credit", cents, "And how much do I get back for now?"),),
        terms=money(cents),
    )


def _posting(desk: Desk, payment: Payment) -> Event:
    """The payment is posted and gets into the ledger."""
    transaction, account, cents = desk.books.fresh_id("T"), desk.customer.checking.id, payment.amount_cents
    sql = (
        "UPDATE card_payments SET status = 'posted' WHERE id = :payment",
        "INSERT INTO transactions VALUES (:transaction, 'card_payment', :today, :merchant, NULL, 'card network')",
        "INSERT INTO entries VALUES (:transaction, :account, -:cents)",
        "INSERT INTO entries VALUES (:transaction, :clearing, :cents)",
        "UPDATE accounts SET balance_cents = balance_cents - :cents WHERE id = :account",
        "UPDATE accounts SET balance_cents = balance_cents + :cents WHERE id = :clearing",
    )
    ours = {"payment": payment.id, "transaction": transaction, "account": account, "clearing": CLEARING}
    values = {**ours, "today": TODAY.isoformat(), "merchant": payment.merchant, "cents": cents}
    news = News(text=f"Card payment {payment.id} to {payment.merchant} has been posted.")
    return Event(name="posted", when=Once(after_min=_POSTS_AFTER_MIN), effects=(Mutation(sql=sql), news), values=values)
