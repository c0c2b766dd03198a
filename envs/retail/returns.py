"""Returns: within the window or not, with a fee or free, to the right payment method."""

from wardian.environments.amounts import amount_check, usd
from wardian.environments.brief import Correction, Request, Wish
from wardian.environments.checks import Communicated
from wardian.environments.solution import Issue

from .desk import Desk
from .facts import (
    RETURN_REASONS,
    amount_wish,
    days,
    looked_up_order,
    method_correction,
    method_fact,
    named,
    reason_fact,
)
from .records import Item, Order, PaymentMethod
from .tools import FREE_RETURN_REASONS, RETURN_FEE_CENTS, ReturnReason

__all__ = ["return_final_sale", "return_item", "return_late", "return_to_other_card", "return_two_items"]

_LET_DOWN = (
    r"final[- ]?sale|non[- ]?(?:returnable|refundable)|(?:not|n't|never) (?:be )?(?:returned|returnable|eligible)"
)


def return_item(desk: Desk) -> Issue:
    """One item of a delivered order, to the payment method of the order or to the gift card."""
    order = desk.order("delivered", (4, desk.customer.window_days - 4), desk.line(), desk.line())
    item = desk.random.choice(order.items)
    reason = _reason(desk, item)
    gift_card = desk.customer.gift_card if desk.random.random() < 0.5 else None
    desk.look_up(order)
    desk.call("get_product", product_id=item.product.id)
    return _returned(desk, order, [item], reason, gift_card)


def return_two_items(desk: Desk) -> Issue:
    """Two of three items of one order, in one return: the fee is due once."""
    order = desk.order("delivered", (4, desk.customer.window_days - 4), desk.line(), desk.line(), desk.line())
    items = sorted(desk.random.sample(order.items, 2), key=lambda item: item.id)
    desk.look_up(order)
    for item in items:
        desk.call("get_product", product_id=item.product.id)
    return _returned(desk, order, items, "no_longer_needed", None)


def return_to_other_card(desk: Desk) -> Issue:
    """The money is to go to a card that is not on file; the gift card is what remains."""
    gift_card = desk.customer.gift_card
    if gift_card is None:
        return return_item(desk)
    order = desk.order("delivered", (4, desk.customer.window_days - 4), desk.line())
    (item,) = order.items
    reason = _reason(desk, item)
    cents = _refund(desk, [item], reason)
    desk.look_up(order)
    desk.call("get_product", product_id=item.product.id)
    desk.call("get_customer", customer_id=desk.customer.id)
    desk.say(
        f"You can return the {item.product.name}. I cannot refund it to another card, though: the refund goes to the "
        f"payment method of the order, your {desk.customer.paying.label}, or to your gift card. Which do you prefer?"
    )
    desk.say(
        f"Then I will return the {item.product.name} of order {order.id} and refund {usd(cents)} to your gift card. "
        "Shall I go ahead?"
    )
    _call_return(desk, order, [item], reason, gift_card.id)
    desk.finish(f"The return is registered, and {usd(cents)} will be refunded to your gift card.")
    wanted = "I have a new bank and a new card, so please refund it to my new American Express."
    detail = f"I want to return the {item.product.name}. {RETURN_REASONS[reason]} {wanted}"
    request = Request(
        opening=f"I would like to send back the {item.product.name} that I bought. {wanted}",
        detail=detail,
        facts=(desk.order_fact(order), reason_fact(RETURN_REASONS[reason])),
        corrections=(method_correction(order, gift_card),),
        terms=named(order),
        wishes=(amount_wish("refund_amount", cents, "How much will I get back?"),),
        fallback="All right, then put it on my gift card, please.",
    )
    return Issue(request, (amount_check("told_refund_amount", cents),))


def return_final_sale(desk: Desk) -> Issue:
    """Two items, one of which is final sale: one comes back, the other stays."""
    order = desk.order("delivered", (4, desk.customer.window_days - 4), desk.line(), desk.line(final_sale=True))
    item, kept = order.items
    cents = _refund(desk, [item], "no_longer_needed")
    desk.look_up(order)
    desk.call("get_product", product_id=item.product.id)
    desk.call("get_product", product_id=kept.product.id)
    desk.say(
        f"I am sorry, the {kept.product.name} is final sale and cannot be returned. I can return the "
        f"{item.product.name} of order {order.id} and refund {usd(cents)} to your {desk.customer.paying.label}. "
        "Shall I do that?"
    )
    _call_return(desk, order, [item], "no_longer_needed", desk.customer.paying.id)
    desk.finish(f"The {item.product.name} is registered for return. You get {usd(cents)} back.")
    both = f"the {item.product.name} and the {kept.product.name}"
    request = Request(
        opening=f"I want to return {both}, please.",
        detail=f"I want to return {both}, from the same order. I do not need them any more.",
        facts=(
            desk.order_fact(order),
            reason_fact("I do not need them any more."),
            method_fact(f"the card I paid with, {desk.customer.paying.label}"),
        ),
        corrections=(method_correction(order, None),),
        terms=named(order, item),
        wishes=(amount_wish("refund_amount", cents, "How much will I get back?"),),
        fallback=f"What a pity. Then only the {item.product.name}.",
    )
    told = Communicated(name="told_final_sale", pattern=_LET_DOWN)
    return Issue(request, (told, amount_check("told_refund_amount", cents)))


def return_late(desk: Desk) -> Issue:
    """A return after 33 to 56 days: too late, unless the customer is a Plus member."""
    order = desk.order("delivered", (33, 56), desk.line())
    desk.look_up(order)
    if desk.customer.plus:
        desk.call("get_product", product_id=order.items[0].product.id)
        return _returned(desk, order, list(order.items), "no_longer_needed", None)
    (item,) = order.items
    delivered = f"{order.delivered_on:%B} {order.delivered_on.day}" if order.delivered_on else ""
    desk.say(
        f"I am sorry, I cannot take the {item.product.name} back: it was delivered on {delivered}, and returns are "
        "possible within 30 days after delivery."
    )
    if desk.persona.insists:
        desk.say("I understand that this is disappointing, but I cannot make an exception to the 30 days.")
    request = Request(
        opening=f"I never got around to it, but I would like to return the {item.product.name}.",
        detail=f"I want to return the {item.product.name}. I have not used it and do not need it.",
        kind="refused",
        facts=(desk.order_fact(order), reason_fact("I do not need it any more.")),
        wishes=(Wish(name="window", said=days(desk.customer), ask="How long would I have had?", about=r"\d+[- ]day"),),
        fallback="Come on, it is only a few days. Can you not make an exception?" if desk.persona.insists else "",
    )
    told = Communicated(name="told_return_window", pattern=days(desk.customer))
    return Issue(request, (looked_up_order(), told))


def _reason(desk: Desk, item: Item) -> ReturnReason:
    """Some reason that makes sense for `item`."""
    fits: list[ReturnReason] = ["does_not_fit"] if "size" in item.variant.options else []
    return desk.random.choice([*fits, "no_longer_needed", "damaged", "not_as_described"])


def _refund(desk: Desk, items: list[Item], reason: ReturnReason) -> int:
    free = desk.customer.plus or reason in FREE_RETURN_REASONS
    return sum(item.cents for item in items) - (0 if free else RETURN_FEE_CENTS)


def _call_return(desk: Desk, order: Order, items: list[Item], reason: ReturnReason, method: str) -> None:
    ids = [item.id for item in items]
    desk.call("return_items", order_id=order.id, item_ids=[*ids], reason=reason, refund_to=method)


def _returned(
    desk: Desk, order: Order, items: list[Item], reason: ReturnReason, gift_card: PaymentMethod | None
) -> Issue:
    """The plain course of a return: proposal, yes, return, report."""
    names = " and the ".join(item.product.name for item in items)
    cents = _refund(desk, items, reason)
    method = gift_card or desk.customer.paying
    if gift_card:
        desk.call("get_customer", customer_id=desk.customer.id)
    desk.say(
        f"You can return the {names} of order {order.id}. I would refund {usd(cents)} to your {method.label}. "
        "Do you want me to go ahead?"
    )
    _call_return(desk, order, items, reason, method.id)
    desk.finish(f"Done: the return of the {names} is registered, and {usd(cents)} goes back to your {method.label}.")
    to = "my gift card" if gift_card else f"my {method.label}, the way I paid"
    plural = len(items) > 1
    why = "I do not need them any more." if plural else RETURN_REASONS[reason]
    others = "|".join(item.product.name for item in order.items if item not in items)
    which = Correction(wrong=others or r"(?!)", right=items[0].product.name, say=f"I want to return the {names}.")
    request = Request(
        opening=f"I would like to return the {names} from one of my orders. {why}{_to_gift_card(gift_card)}",
        detail=f"I want to return the {names}. {why} Please refund it to {to}.",
        facts=(desk.order_fact(order), reason_fact(why), method_fact(to)),
        corrections=(which, method_correction(order, gift_card)),
        terms=named(order, *items),
        wishes=(amount_wish("refund_amount", cents, "How much will I get back?"),),
    )
    return Issue(request, (amount_check("told_refund_amount", cents),))


def _to_gift_card(gift_card: PaymentMethod | None) -> str:
    return " I would like the money on my gift card." if gift_card else ""
