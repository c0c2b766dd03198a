"""What a service agent of the shop can look up."""

from typing import Any

import orjson

from wardian.environments.address import address_in
from wardian.environments.amounts import dollars
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox

__all__ = ["ITEMS", "Lookups"]

_FOUND_ORDERS = """
SELECT o.id AS order_id, o.status, o.placed_on, o.delivered_on, group_concat(p.name, ', ') AS products
FROM orders o JOIN order_items i ON i.order_id = o.id JOIN variants v ON v.id = i.variant_id
JOIN products p ON p.id = v.product_id WHERE o.customer_id = ? GROUP BY o.id ORDER BY o.placed_on DESC, o.id
"""
_ORDER = """
SELECT o.*, m.type, m.label FROM orders o JOIN payment_methods m ON m.id = o.payment_method_id WHERE o.id = ?
"""
ITEMS = """
SELECT i.id, i.variant_id, i.quantity, i.unit_price_cents, i.status, v.options, p.id AS product_id, p.name
FROM order_items i JOIN variants v ON v.id = i.variant_id JOIN products p ON p.id = v.product_id
WHERE i.order_id = ? ORDER BY i.id
"""


class Lookups(Toolbox):
    """The shop's records, read only."""

    @tool(effect="read")
    def find_customer_by_email(self, email: str) -> Row:
        """Find a customer's account by email address.

        Args:
            email: The address as the customer gave it.
        """
        found = self.state.one("SELECT * FROM customers WHERE email = ?", email.strip().lower())
        if found is None:
            raise ToolError("not_found", f"no customer has the email address {email}")
        return _account(found)

    @tool(effect="read")
    def find_customer_by_name(self, first_name: str, last_name: str, zip: str) -> Row:  # noqa: A002  (the agent's word)
        """Find a customer's account by full name and ZIP code.

        Args:
            first_name: First name.
            last_name: Last name.
            zip: Five-digit ZIP code of the account's address.
        """
        found = self.state.one(
            "SELECT * FROM customers WHERE last_name = ? AND first_name = ? AND zip = ?",
            last_name.strip(),
            first_name.strip(),
            zip.strip(),
        )
        if found is None:
            raise ToolError("not_found", f"no customer is called {first_name} {last_name} with ZIP code {zip}")
        return _account(found)

    @tool(effect="read")
    def get_customer(self, customer_id: str) -> Row:
        """Get a customer's profile: membership, address and payment methods on file.

        Args:
            customer_id: Such as "C10234".
        """
        row = self._customer(customer_id)
        methods = self.state.all("SELECT * FROM payment_methods WHERE customer_id = ? ORDER BY id", customer_id)
        contact = {"email": row["email"], "phone": row["phone"]}
        return {
            **_account(row),
            **contact,
            "address": address_in(row),
            "payment_methods": [_method(m) for m in methods],
        }

    @tool(effect="read")
    def list_orders(self, customer_id: str) -> list[Row]:
        """List a customer's orders, newest first.

        Args:
            customer_id: Such as "C10234".
        """
        self._customer(customer_id)
        return self.state.all(_FOUND_ORDERS, customer_id)

    @tool(effect="read")
    def get_order(self, order_id: str) -> Row:
        """Get an order: status, dates, items, payment method and shipping address.

        Args:
            order_id: Such as "W1234567".
        """
        row = self._order(order_id)
        items = self.state.all(ITEMS, order_id)
        return {
            "order_id": order_id,
            "customer_id": row["customer_id"],
            "status": row["status"],
            "placed_on": row["placed_on"],
            "delivered_on": row["delivered_on"],
            "items": [_item(item) for item in items],
            "total": dollars(sum(item["unit_price_cents"] * item["quantity"] for item in items)),
            "payment_method": {
                "payment_method_id": row["payment_method_id"],
                "type": row["type"],
                "label": row["label"],
            },
            "shipping_address": address_in(row),
        }

    @tool(effect="read")
    def search_products(self, query: str) -> list[Row]:
        """Search the catalogue by words of a product's name or by category.

        Args:
            query: For example "hiking boots" or "kitchen".
        """
        words = query.lower().split()[:8]
        found = self.state.all("SELECT id AS product_id, name, category FROM products ORDER BY name")
        return [row for row in found if any(word in f"{row['name']} {row['category']}".lower() for word in words)]

    @tool(effect="read")
    def get_product(self, product_id: str) -> Row:
        """Get a product with all its variants, their prices and availability, and whether it is final sale.

        Args:
            product_id: Such as "P1234".
        """
        row = self.found(f"product {product_id}", "SELECT * FROM products WHERE id = ?", product_id)
        variants = self.state.all("SELECT * FROM variants WHERE product_id = ? ORDER BY id", product_id)
        about = {"product_id": product_id, "name": row["name"], "final_sale": bool(row["final_sale"])}
        return {**about, "variants": [_variant(variant) for variant in variants]}

    def _customer(self, customer_id: str) -> Row:
        return self.found(f"customer {customer_id}", "SELECT * FROM customers WHERE id = ?", customer_id)

    def _order(self, order_id: str) -> Row:
        return self.found(f"order {order_id}", _ORDER, order_id)


def _account(row: Row) -> Row:
    name = f"{row['first_name']} {row['last_name']}"
    return {"customer_id": row["id"], "name": name, "membership": row["membership"]}


def _method(row: Row) -> Row:
    shown = {"payment_method_id": row["id"], "type": row["type"], "label": row["label"]}
    return shown if row["balance_cents"] is None else {**shown, "balance": dollars(row["balance_cents"])}


def _options(text: str) -> Any:
    """The options as they are stored: JSON already."""
    return orjson.Fragment(text)


def _item(row: Row) -> Row:
    return {
        "item_id": row["id"],
        "product_id": row["product_id"],
        "variant_id": row["variant_id"],
        "name": row["name"],
        "options": _options(row["options"]),
        "quantity": row["quantity"],
        "unit_price": dollars(row["unit_price_cents"]),
        "status": row["status"],
    }


def _variant(row: Row) -> Row:
    price = dollars(row["price_cents"])
    return {"variant_id": row["id"], "options": _options(row["options"]), "price": price, "in_stock": row["stock"] > 0}
