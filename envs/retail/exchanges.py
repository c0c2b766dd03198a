"""Exchanges: another variant of the same product, in stock, with the difference in price."""

from wardian.environments.amounts import amount_check, usd
from wardian.environments.brief import Fact, Request, Wish
from wardian.environments.checks import Communicated
from wardian.environments.solution import Issue

from .desk import Desk
from .facts import (
    amount_wish,
    method_correction,
    method_fact,
    named,
    reason_fact,
    variant_correction,
    variant_fact,
)
from .records import Item, Order, Product, Variant

__all__ = ["exchange_item", "exchange_second_choice"]


def exchange_item(desk: Desk) -> Issue:
    """An exchange for a variant that is in stock."""
    product, bought, (wanted,) = _choice(desk, sold_out=0)
    order = desk.order("delivered", (4, desk.customer.window_days - 4), (product, bought), desk.line())
    desk.look_up(order)
    desk.call("get_product", product_id=product.id)
    _exchange(desk, order, wanted)
    request = Request(
        opening=f"I would like to exchange my {product.name} for the same one in {wanted.label}.",
        detail=f"I want to exchange the {product.name}, {bought.label}, for {wanted.label}.",
        facts=(
            desk.order_fact(order),
            variant_fact(wanted),
            reason_fact("I would simply like the other one better."),
            _usual_method(desk),
        ),
        corrections=(variant_correction(wanted, product.variants), method_correction(order, None)),
        terms=named(order, order.items[0]),
        wishes=_wishes(wanted.price_cents - bought.price_cents),
    )
    return Issue(request, _checks(wanted.price_cents - bought.price_cents))


def exchange_second_choice(desk: Desk) -> Issue:
    """The first choice is sold out; told so, the customer takes the second."""
    product, bought, (first, second) = _choice(desk, sold_out=1)
    order = desk.order("delivered", (4, desk.customer.window_days - 4), (product, bought))
    desk.look_up(order)
    desk.call("get_product", product_id=product.id)
    desk.say(
        f"I am sorry, the {product.name} in {first.label} is out of stock at the moment. "
        "Which other variant would you like instead?"
    )
    _exchange(desk, order, second)
    request = Request(
        opening=f"Can I exchange my {product.name}? I want {first.label}.",
        detail=f"I want to exchange the {product.name} that I have, {bought.label}, for {first.label}.",
        facts=(
            desk.order_fact(order),
            variant_fact(first),
            reason_fact("I would like the other one better."),
            _usual_method(desk),
        ),
        terms=named(order),
        wishes=_wishes(second.price_cents - bought.price_cents),
        corrections=(
            variant_correction(second, (bought, *(v for v in product.variants if v != first))),
            method_correction(order, None),
        ),
        fallback=f"Oh. Then I take it in {second.label}.",
    )
    told = Communicated(
        name="told_out_of_stock",
        pattern=r"out of stock|sold out|(?:not|n't) (?:be )?(?:in stock|available)|unavailable",
    )
    return Issue(request, (told, *_checks(second.price_cents - bought.price_cents)))


def _choice(desk: Desk, sold_out: int) -> tuple[Product, Variant, tuple[Variant, ...]]:
    """A product, the variant that was bought, and what is wanted: as many sold-out variants, then one in stock."""
    for product in desk.products(variants=3):
        empty = [variant for variant in product.variants if variant.stock == 0]
        full = [variant for variant in product.variants if variant.stock > 0]
        if len(empty) >= sold_out and len(full) >= 2:
            desk.bought.append(product)
            bought, wanted = desk.random.sample(full, 2)
            return product, bought, (*desk.random.sample(empty, sold_out), wanted)
    raise LookupError("the catalogue has no product left that can be exchanged")


def _usual_method(desk: Desk) -> Fact:
    """The difference is settled the way the order was paid."""
    return method_fact(f"my {desk.customer.paying.label}, the way I paid")


def _exchange(desk: Desk, order: Order, wanted: Variant) -> None:
    item: Item = order.items[0]
    difference = wanted.price_cents - item.variant.price_cents
    method = desk.customer.paying
    desk.say(
        f"I can exchange your {item.product.name} of order {order.id} for {wanted.label}. "
        f"{_terms(difference, method.label, 'would')} Is that all right?"
    )
    desk.call(
        "exchange_item", order_id=order.id, item_id=item.id, new_variant_id=wanted.id, payment_method_id=method.id
    )
    terms = _terms(difference, method.label, "will")
    desk.finish(f"The exchange of your {item.product.name} for {wanted.label} is registered. {terms}")


def _terms(difference: int, label: str, verb: str) -> str:
    if difference == 0:
        return "There is no difference in price."
    deed = "charged" if difference > 0 else "refunded"
    return f"The difference of {usd(abs(difference))} {verb} be {deed} to your {label}."


def _wishes(difference: int) -> tuple[Wish, ...]:
    ask = "Is there a difference in price?"
    return (amount_wish("price_difference", abs(difference), ask),) if difference else ()


def _checks(difference: int) -> tuple[Communicated, ...]:
    return (amount_check("told_price_difference", abs(difference)),) if difference else ()
