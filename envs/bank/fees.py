"""Fees: refunded once in a while, by the policy of the moment."""

from dataclasses import dataclass
from datetime import timedelta

from wardian.environments.amounts import amount_check, money, usd
from wardian.environments.brief import Request
from wardian.environments.checks import Communicated
from wardian.environments.life.event import Event, News
from wardian.environments.solution import Issue

from .books import FEES
from .cards import VERIFIED
from .desk import Desk
from .facts import amount_fact, amount_wish, looked_at
from .records import TODAY, Fee

__all__ = ["fee_not_refundable", "fee_refund", "fee_update"]

_GENEROUS = "From now on two courtesy refunds of fees are possible within 12 months for each customer."
_STRICT = "From now on only fees of the last 30 days may be refunded as a courtesy."


@dataclass(frozen=True)
class Ground:
    """Why a fee cannot be refunded: what the agent says, and the pattern by which a check knows it."""

    says: str
    pattern: str


_ONCE = Ground(
    "one fee within 12 months may be refunded as a courtesy, and you have had that refund",
    r"12 months|twelve|year|already|once|previous|earlier",
)
_OLD = Ground("only fees of the last 90 days may be refunded", r"\b(?:90|ninety)[- ]?days?|3 months|three months")
_KIND = Ground("wire fees are never refunded; only overdraft and late fees are", r"wire")
_NEW_RULE = Ground("only fees of the last 30 days may be refunded from now on", r"\b(?:30|thirty)[- ]?days?|month")


def fee_refund(desk: Desk) -> Issue:
    """A courtesy refund that the policy allows."""
    fee = _fee(desk, desk.random.choice(("overdraft_fee", "late_fee")), (5, 85))
    desk.books.fee(desk.customer, "card_fee", 25_00, TODAY - timedelta(desk.random.randrange(5, 85)))
    _look(desk)
    return _refunded(desk, fee)


def fee_not_refundable(desk: Desk) -> Issue:
    """Reimbursement beyond the policy."""
    ground = desk.random.choice((_ONCE, _OLD, _KIND))
    kind = "wire_fee" if ground is _KIND else desk.random.choice(("overdraft_fee", "late_fee"))
    fee = _fee(desk, kind, (95, 170) if ground is _OLD else (5, 85))
    if ground is _ONCE:
        _refunded_before(desk)
    _look(desk)
    return _refused(desk, fee, ground)


def fee_update(desk: Desk) -> Issue:
    """The rule changes during the conversation, to the customer's advantage or not."""
    generous = desk.random.random() < 0.5
    fee = _fee(desk, desk.random.choice(("overdraft_fee", "late_fee")), (5, 85) if generous else (35, 85))
    if generous:
        _refunded_before(desk)
    news = News(kind="policy_update", text=_GENEROUS if generous else _STRICT)
    event = Event(name="fee_update", when=VERIFIED, effects=(news,), values={"customer": desk.customer.id})
    _look(desk)
    issue = _refunded(desk, fee) if generous else _refused(desk, fee, _NEW_RULE)
    return Issue(issue.request, issue.checks, (event,))


def _fee(desk: Desk, kind: str, days: tuple[int, int]) -> Fee:
    cents = desk.random.randrange(15_00, 40_00, 50)
    return desk.books.fee(desk.customer, kind, cents, TODAY - timedelta(desk.random.randrange(*days)))


def _refunded_before(desk: Desk) -> None:
    """An earlier fee, and its refund within the last 12 months."""
    random, account = desk.random, desk.customer.checking.id
    cents, on = random.randrange(15_00, 40_00, 50), TODAY - timedelta(random.randrange(100, 300))
    fee = desk.books.fee(desk.customer, "late_fee", cents, on)
    refund = desk.books.book("fee_refund", on + timedelta(3), "Courtesy refund", {FEES: -cents, account: cents})
    desk.books.concern(refund, fee.id)


def _look(desk: Desk) -> None:
    desk.identify()
    desk.call("list_accounts", customer_id=desk.customer.id)
    desk.call("list_transactions", account_id=desk.customer.checking.id)


def _refunded(desk: Desk, fee: Fee) -> Issue:
    desk.say(f"I can refund the {_name(fee)} of {usd(fee.amount_cents)} to your checking account. Shall I do that?")
    desk.pay("refund_fee", transaction_id=fee.id)
    desk.finish(f"The {_name(fee)} has been refunded: {usd(fee.amount_cents)} are back on your account.")
    request = _request(fee).model_copy(
        update={"wishes": (amount_wish("refund", fee.amount_cents, "How much do I get back?"),)}
    )
    return Issue(request, (amount_check("told_refund", fee.amount_cents),))


def _refused(desk: Desk, fee: Fee, ground: Ground) -> Issue:
    desk.say(f"I am sorry, I cannot refund the {_name(fee)}: {ground.says}.")
    if desk.persona.insists:
        desk.say(f"I understand that this is annoying, but it is not possible: {ground.says}.")
    insistence = "But I have been a good customer for years! Can you not make an exception?"
    request = _request(fee).model_copy(
        update={"kind": "refused", "fallback": insistence if desk.persona.insists else ""}
    )
    return Issue(request, (looked_at("list_transactions"), Communicated(name="told_ground", pattern=ground.pattern)))


def _request(fee: Fee) -> Request:
    return Request(
        opening=f"You have charged me a {_name(fee)} and I do not think that is fair. Can I have it back?",
        detail=f"I want the {_name(fee)} of {usd(fee.amount_cents)} on my checking account refunded.",
        facts=(amount_fact(fee.amount_cents, fee.amount_cents + 5_00),),
        terms=money(fee.amount_cents),
    )


def _name(fee: Fee) -> str:
    return fee.kind.replace("_", " ")
