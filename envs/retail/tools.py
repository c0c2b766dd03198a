"""What a service agent of the shop can do. The tools guard the data; the policy guards the customers."""

from collections.abc import Collection
from typing import Literal

from wardian.environments.address import address_in
from wardian.environments.amounts import dollars
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool

from .lookups import ITEMS, Lookups

__all__ = ["FREE_RETURN_REASONS", "RETURN_FEE_CENTS", "CancelReason", "HandoffReason", "ReturnReason", "ShopTools"]

CancelReason = Literal["no_longer_needed", "ordered_by_mistake", "found_cheaper", "arrives_too_late"]
ReturnReason = Literal["no_longer_needed", "does_not_fit", "damaged", "not_as_described", "wrong_item"]
HandoffReason = Literal["missing_delivery", "payment_dispute", "other"]

FREE_RETURN_REASONS = ("damaged", "not_as_described", "wrong_item")
RETURN_FEE_CENTS = 695


class ShopTools(Lookups):
    """The shop's back office."""

    @tool(effect="write")
    def cancel_order(self, order_id: str, reason: CancelReason) -> Row:
        """Cancel a whole pending order and refund it to the payment method that was used.

        Args:
            order_id: The order to cancel.
            reason: Why the customer does not want it any more.
        """
        order = self._order_in(order_id, "pending")
        self.state.run("UPDATE orders SET status = 'cancelled', cancel_reason = ? WHERE id = ?", reason, order_id)
        refunded = 0
        for item in self.state.all(ITEMS, order_id):
            self.state.run("UPDATE order_items SET status = 'cancelled' WHERE id = ?", item["id"])
            refunded += self._refund(order, item, order["payment_method_id"])
        return {"order_id": order_id, "status": "cancelled", "refund": dollars(refunded), "refund_to": order["label"]}

    @tool(effect="write")
    def change_address(self, order_id: str, street: str, city: str, state: str, zip: str) -> Row:  # noqa: A002
        """Change the shipping address of a pending order.

        Args:
            order_id: The order to send elsewhere.
            street: House number and street.
            city: City.
            state: Two-letter code of the state.
            zip: Five-digit ZIP code.
        """
        self._order_in(order_id, "pending")
        place = (street.strip(), city.strip(), state.strip().upper(), zip.strip())
        self.state.run("UPDATE orders SET street = ?, city = ?, state = ?, zip = ? WHERE id = ?", *place, order_id)
        return {"order_id": order_id, "shipping_address": address_in(self._order(order_id))}

    @tool(effect="write")
    def return_items(self, order_id: str, item_ids: list[str], reason: ReturnReason, refund_to: str) -> Row:
        """Take back items of a delivered order and refund them; the return fee is taken off where it applies.

        Args:
            order_id: The order that the items are from.
            item_ids: Such as ["W1234567-1"].
            reason: Why they come back.
            refund_to: Id of the payment method for the refund.
        """
        order = self._order_in(order_id, "delivered")
        method = self._method_of(order["customer_id"], refund_to)
        if not item_ids:
            raise ToolError("invalid_arguments", "item_ids is empty")
        refunded = 0
        for item in self._open_items(order_id, dict.fromkeys(item_ids)):
            self.state.run(
                "UPDATE order_items SET status = 'return_requested', reason = ? WHERE id = ?", reason, item["id"]
            )
            refunded += self._refund(order, item, refund_to)
        fee = self._return_fee(order["customer_id"], reason)
        if fee:
            self._book(order_id, None, refund_to, "return_fee", -fee)
        amounts = {"refund": dollars(refunded - fee), "return_fee": dollars(fee)}
        return {"order_id": order_id, "returned": item_ids, **amounts, "refund_to": method["label"]}

    @tool(effect="write")
    def exchange_item(self, order_id: str, item_id: str, new_variant_id: str, payment_method_id: str) -> Row:
        """Exchange an item of a delivered order for another variant of the same product.

        Args:
            order_id: The order that the item is from.
            item_id: Such as "W1234567-1".
            new_variant_id: Such as "V123456".
            payment_method_id: Charged or refunded with the difference in price.
        """
        order = self._order_in(order_id, "delivered")
        item = self._open_items(order_id, [item_id])[0]
        variant = self._exchangeable(item, new_variant_id)
        method = self._method_of(order["customer_id"], payment_method_id)
        difference = (variant["price_cents"] - item["unit_price_cents"]) * item["quantity"]
        if method["type"] == "gift_card" and difference > method["balance_cents"]:
            raise ToolError("not_allowed", "the gift card's balance does not cover the difference")
        self.state.run(
            "UPDATE order_items SET status = 'exchange_requested', exchange_variant_id = ? WHERE id = ?",
            new_variant_id,
            item_id,
        )
        self.state.run("UPDATE variants SET stock = stock - ? WHERE id = ?", item["quantity"], new_variant_id)
        if difference:
            kind = "charge" if difference > 0 else "refund"
            self._book(order_id, item_id, payment_method_id, kind, -difference)
        settled = {"price_difference": dollars(difference), "settled_with": method["label"]}
        return {"order_id": order_id, "item_id": item_id, "new_variant_id": new_variant_id, **settled}

    @tool(effect="write")
    def transfer_to_human(self, customer_id: str, order_id: str, reason: HandoffReason, summary: str) -> Row:
        """Hand the conversation over to a colleague.

        Args:
            customer_id: The customer's account.
            order_id: The order that it is about.
            reason: Which kind of business it is.
            summary: What the colleague should know, in one or two sentences.
        """
        if self._order(order_id)["customer_id"] != customer_id:
            raise ToolError("conflict", f"order {order_id} is not of customer {customer_id}")
        number = self.state.all("SELECT count(*) AS n FROM handoffs")[0]["n"] + 1
        handoff_id = f"H{number:04d}"
        self.state.run(
            "INSERT INTO handoffs VALUES (?, ?, ?, ?, ?)", handoff_id, customer_id, order_id, reason, summary
        )
        return {"handoff_id": handoff_id, "status": "transferred"}

    def _order_in(self, order_id: str, status: str) -> Row:
        order = self._order(order_id)
        if order["status"] != status:
            raise ToolError("not_allowed", f"order {order_id} is {order['status']}; this needs a {status} order")
        return order

    def _open_items(self, order_id: str, item_ids: Collection[str]) -> list[Row]:
        items = {item["id"]: item for item in self.state.all(ITEMS, order_id)}
        for item_id in item_ids:
            if item_id not in items:
                raise ToolError("not_found", f"order {order_id} has no item {item_id}; it has {', '.join(items)}")
            if items[item_id]["status"] != "ordered":
                raise ToolError("conflict", f"item {item_id} is already {items[item_id]['status']}")
        return [items[item_id] for item_id in item_ids]

    def _method_of(self, customer_id: str, method_id: str) -> Row:
        row = self.state.one("SELECT * FROM payment_methods WHERE id = ? AND customer_id = ?", method_id, customer_id)
        if row is None:
            raise ToolError("not_found", f"the customer has no payment method {method_id} on file")
        return row

    def _exchangeable(self, item: Row, variant_id: str) -> Row:
        variant = self.found(f"variant {variant_id}", "SELECT * FROM variants WHERE id = ?", variant_id)
        if variant["product_id"] != item["product_id"] or variant_id == item["variant_id"]:
            raise ToolError("not_allowed", "an exchange needs another variant of the same product")
        if variant["stock"] < item["quantity"]:
            raise ToolError("not_allowed", f"variant {variant_id} is out of stock")
        return variant

    def _return_fee(self, customer_id: str, reason: str) -> int:
        member = self._customer(customer_id)["membership"] == "plus"
        return 0 if member or reason in FREE_RETURN_REASONS else RETURN_FEE_CENTS

    def _refund(self, order: Row, item: Row, method_id: str) -> int:
        cents: int = item["unit_price_cents"] * item["quantity"]
        self._book(order["id"], item["id"], method_id, "refund", cents)
        return cents

    def _book(self, order_id: str, item_id: str | None, method_id: str, kind: str, cents: int) -> None:
        """Book money to (+) or from (-) a payment method."""
        values = (order_id, item_id, method_id, kind, cents)
        self.state.run(
            "INSERT INTO transactions SELECT printf('T%04d', count(*) + 1), ?, ?, ?, ?, ? FROM transactions", *values
        )
        self.state.run(
            "UPDATE payment_methods SET balance_cents = balance_cents + ? WHERE id = ? AND type = 'gift_card'",
            cents,
            method_id,
        )
