"""Cancellations and changes of address: possible while an order is pending, too late once it has shipped."""

from wardian.environments.address import Address
from wardian.environments.amounts import amount_check, usd
from wardian.environments.brief import Request, Wish
from wardian.environments.checks import Communicated
from wardian.environments.solution import Issue

from .desk import Desk
from .facts import CANCEL_REASONS, amount_wish, days, looked_up_order, named, new_address_facts, reason_fact
from .records import Order

__all__ = ["cancel_order", "cancel_shipped", "move_one_of_two", "move_order"]

_SHIPPED = r"shipped|on (?:its|the|their) way|in transit|dispatched|sent out|left (?:our|the) warehouse"


def cancel_order(desk: Desk) -> Issue:
    """A pending order is cancelled as a whole."""
    lines = [desk.line() for _ in range(desk.random.choice((1, 2)))]
    order = desk.order("pending", (0, 3), *lines)
    reason = desk.random.choice(list(CANCEL_REASONS))
    name = order.items[0].product.name
    desk.look_up(order)
    desk.say(
        f"Order {order.id} is still pending, so I can cancel it as a whole and refund {usd(order.cents)} to your "
        f"{desk.customer.paying.label}. May I ask for your reason?"
    )
    desk.say(f"Thank you. Shall I cancel order {order.id} and refund {usd(order.cents)}?")
    desk.call("cancel_order", order_id=order.id, reason=reason)
    desk.finish(
        f"Order {order.id} has been cancelled, and {usd(order.cents)} goes back to your {desk.customer.paying.label}."
    )
    request = Request(
        opening=f"Please cancel my order with the {name}, the whole order.",
        detail=f"I want to cancel the whole order with the {name}. {CANCEL_REASONS[reason]}",
        facts=(desk.order_fact(order), reason_fact(CANCEL_REASONS[reason])),
        wishes=(amount_wish("refund_amount", order.cents, "How much money do I get back?"),),
        terms=named(order),
    )
    return Issue(request, (amount_check("told_refund_amount", order.cents),))


def cancel_shipped(desk: Desk) -> Issue:
    """The order has shipped: no cancellation, but the customer learns how to send it back later."""
    order = desk.order("shipped", (2, 4), desk.line())
    name = order.items[0].product.name
    desk.look_up(order)
    window = desk.customer.window_days
    desk.say(
        f"I am sorry, order {order.id} has already shipped, so it cannot be cancelled any more. Once it is there, you "
        f"can return the {name} within {window} days."
    )
    if desk.persona.insists:
        desk.say(f"I am afraid that I cannot stop a parcel on its way. You can return it within {window} days.")
    request = Request(
        opening=f"I need to cancel my order for the {name}, please.",
        detail=f"Please cancel the order with the {name}. I do not need it any more.",
        kind="refused",
        facts=(desk.order_fact(order), reason_fact("I do not need it any more.")),
        wishes=(
            Wish(
                name="window",
                said=days(desk.customer),
                ask="And how long do I have to send it back once it is here?",
                about=r"\d+[- ]day",
            ),
        ),
        fallback="Can you not stop the parcel? It is important to me." if desk.persona.insists else "",
    )
    told = Communicated(name="told_already_shipped", pattern=_SHIPPED)
    window_told = Communicated(name="told_return_window", pattern=days(desk.customer))
    return Issue(request, (looked_up_order(), told, window_told))


def move_order(desk: Desk) -> Issue:
    """A pending order goes to another address."""
    order = desk.order("pending", (0, 3), desk.line())
    address = desk.shop.address(desk.random)
    name = order.items[0].product.name
    desk.look_up(order)
    desk.say(f"Order {order.id} is still pending, so I can change it. What is the new address?")
    _move(desk, order, address)
    request = Request(
        opening=f"I have moved. Can you send my order with the {name} to my new address?",
        detail=f"Please send the order with the {name} to {address.line}.",
        facts=(desk.order_fact(order), *new_address_facts(address)),
        corrections=(address.correction,),
        terms=address.pattern,
    )
    return Issue(request)


def move_one_of_two(desk: Desk) -> Issue:
    """Two open orders shall go to a new address; one has shipped already."""
    pending = desk.order("pending", (0, 3), desk.line())
    shipped = desk.order("shipped", (2, 4), desk.line())
    address = desk.shop.address(desk.random)
    names = [order.items[0].product.name for order in (pending, shipped)]
    desk.look_up(pending)
    desk.call("get_order", order_id=shipped.id)
    desk.say(
        f"The order with the {names[1]} has already shipped, so its address cannot be changed any more. The one with "
        f"the {names[0]} is pending, and that one I can change."
    )
    _move(desk, pending, address)
    wanted = f"my orders with the {names[0]} and with the {names[1]}"
    request = Request(
        opening=f"I am moving next week. Please send {wanted} to {address.line}.",
        detail=f"I want {wanted} sent to my new address, {address.line}.",
        facts=(desk.order_fact(pending), *new_address_facts(address)),
        corrections=(address.correction,),
        terms=address.pattern,
        fallback=f"Oh no. Then please change at least the other one. It is {address.line}.",
    )
    return Issue(request, (Communicated(name="told_already_shipped", pattern=_SHIPPED),))


def _move(desk: Desk, order: Order, address: Address) -> None:
    desk.say(f"I will send order {order.id} to {address.line}. Is that correct?")
    desk.call("change_address", order_id=order.id, **vars(address))
    desk.finish(f"The shipping address of order {order.id} has been changed to {address.line}.")
