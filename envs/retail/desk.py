"""Where a task is written: one customer, what they say, and the agent's part of a perfect conversation."""

from dataclasses import dataclass, field
from random import Random

from wardian.environments.brief import Fact
from wardian.environments.persona import Persona
from wardian.environments.solution import Solution

from .records import Customer, Order, Product, Variant
from .shop import Age, Shop

__all__ = ["Desk"]


@dataclass
class Desk(Solution):
    """Collects a task's script: `say` and `call` are the reference's messages in order."""

    shop: Shop
    random: Random
    persona: Persona
    customer: Customer
    bought: list[Product] = field(default_factory=list)
    """Products of this task's orders: its other orders stay away from them."""
    _known: bool = False

    def order(self, status: str, days: tuple[int, int], *lines: tuple[Product, Variant]) -> Order:
        """The customer has ordered `lines`."""
        return self.shop.order(self.random, self.customer, lines, Age(status, *days))

    def products(self, *, final_sale: bool = False, variants: int = 1) -> list[Product]:
        """The products that this customer has not bought yet, in random order."""
        bought = {product.id for product in self.bought}
        fitting = [
            product
            for product in self.shop.products
            if product.id not in bought and product.final_sale == final_sale and len(product.variants) >= variants
        ]
        return self.random.sample(fitting, len(fitting))

    def line(self, *, final_sale: bool = False) -> tuple[Product, Variant]:
        """Some variant of some such product, which counts as bought from now on."""
        product = self.products(final_sale=final_sale)[0]
        self.bought.append(product)
        return product, self.random.choice(product.variants)

    def identify(self) -> None:
        """The agent finds the customer's account, once per conversation."""
        if self._known:
            return
        self._known = True
        someone = self.customer
        self.say("I am glad to help. First I need to find your account: what is your email address?")
        if "email" in self.persona.forgets:
            self.say("No problem. Then please tell me your full name and the ZIP code of your address.")
            self.call(
                "find_customer_by_name",
                first_name=someone.first_name,
                last_name=someone.last_name,
                zip=someone.address.zip,
            )
        else:
            self.call("find_customer_by_email", email=someone.email)
        self.call("list_orders", customer_id=someone.id)

    def look_up(self, order: Order) -> None:
        """The agent finds the customer and reads one of their orders."""
        self.identify()
        self.call("get_order", order_id=order.id)

    def identity(self) -> tuple[Fact, ...]:
        """What the customer says about who they are."""
        someone = self.customer
        name = f"{someone.first_name} {someone.last_name}"
        knows_email = "email" not in self.persona.forgets
        email = f"My email address is {someone.email}." if knows_email else "I do not remember which email I used."
        return (
            Fact(
                name="email",
                asked=r"\be-?mail|verify (?:you\b|who)|your identity|account (?:details|information)"
                r"|look up your account",
                answer=email,
                bare=someone.email if knows_email else "",
                known=knows_email,
            ),
            Fact(
                name="name",
                asked=r"\b(?:full|first|last|your|account) (?:and last )?name|name (?:and|on the account)|surname"
                r"|who (?:am i|i am|i'm) (?:speaking|talking|chatting)",
                answer=f"My name is {name}.",
                bare=name,
            ),
            Fact(
                name="zip",
                asked=r"^(?!.*(?:\bnew|shipping|delivery|correct|street|change|update)).*\b(?:zip|post(?:al)? ?code)",
                answer=f"My ZIP code is {someone.address.zip}.",
                bare=someone.address.zip,
            ),
        )

    def order_fact(self, order: Order) -> Fact:
        """What the customer says when asked for the order's number."""
        known = "order" not in self.persona.forgets
        names = " and the ".join(item.product.name for item in order.items)
        unknown = f"I do not have the number at hand. It is the order with the {names}."
        return Fact(
            name="order",
            asked=r"\border (?:number|id|no\b|#)|which order|what order|number of (?:the|your) order",
            answer=f"The order number is {order.id}." if known else unknown,
            bare=order.id if known else "",
            known=known,
        )
