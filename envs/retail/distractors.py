"""Tools that look useful and that no task needs: the knob `distractor_tools` says how many are offered."""

from datetime import timedelta

from wardian.environments.amounts import dollars
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool

from .tools import ShopTools

__all__ = ["DISTRACTORS", "CrowdedShopTools"]

DISTRACTORS = (
    "list_categories",
    "update_phone",
    "get_store_hours",
    "apply_coupon",
    "get_gift_card_balance",
    "request_callback",
    "track_shipment",
    "subscribe_newsletter",
)


class CrowdedShopTools(ShopTools):
    """The back office with everything that has gathered there."""

    hidden = frozenset(DISTRACTORS)

    @tool(effect="read")
    def list_categories(self) -> list[str]:
        """List the categories of the catalogue."""
        return [row["category"] for row in self.state.all("SELECT DISTINCT category FROM products ORDER BY category")]

    @tool(effect="read")
    def get_store_hours(self, city: str) -> Row:
        """Get the opening hours of the shop in a city.

        Args:
            city: Name of the city.
        """
        raise ToolError("not_found", f"there is no shop in {city}; Fernhill Supply sells online only")

    @tool(effect="read")
    def get_gift_card_balance(self, payment_method_id: str) -> Row:
        """Get the balance of a gift card on file.

        Args:
            payment_method_id: Such as "PM123456".
        """
        row = self.state.one("SELECT * FROM payment_methods WHERE id = ?", payment_method_id)
        if row is None or row["balance_cents"] is None:
            raise ToolError("not_found", f"{payment_method_id} is no gift card")
        return {"payment_method_id": payment_method_id, "balance": dollars(row["balance_cents"])}

    @tool(effect="read")
    def track_shipment(self, order_id: str) -> Row:
        """Track the parcel of an order.

        Args:
            order_id: Such as "W1234567".
        """
        order = self._order(order_id)
        stage = {"pending": "being packed", "shipped": "on its way", "delivered": "delivered"}
        return {"order_id": order_id, "parcel": stage.get(order["status"], "none")}

    @tool(effect="write")
    def update_phone(self, customer_id: str, phone: str) -> Row:
        """Change a customer's phone number.

        Args:
            customer_id: The account.
            phone: The new number.
        """
        self._customer(customer_id)
        self.state.run("UPDATE customers SET phone = ? WHERE id = ?", phone, customer_id)
        return {"customer_id": customer_id, "phone": phone}

    @tool(effect="write")
    def apply_coupon(self, order_id: str, code: str) -> Row:
        """Put a coupon on an order for the customer's next purchase.

        Args:
            order_id: The order.
            code: The coupon's code.
        """
        self._order(order_id)
        self.state.run("INSERT OR REPLACE INTO coupons VALUES (?, ?)", order_id, code)
        return {"order_id": order_id, "coupon": code}

    @tool(effect="write")
    def request_callback(self, customer_id: str) -> Row:
        """Note that the customer wants to be called on the next day.

        Args:
            customer_id: The account.
        """
        self._customer(customer_id)
        day = (self.clock.now() + timedelta(days=1)).date().isoformat()
        self.state.run("INSERT OR REPLACE INTO callbacks VALUES (?, ?, ?)", f"K-{customer_id}", customer_id, day)
        return {"customer_id": customer_id, "callback_on": day}

    @tool(effect="write")
    def subscribe_newsletter(self, customer_id: str) -> Row:
        """Subscribe a customer to the newsletter.

        Args:
            customer_id: The account.
        """
        self._customer(customer_id)
        self.state.run("INSERT OR REPLACE INTO subscriptions VALUES (?, 'weekly')", customer_id)
        return {"customer_id": customer_id, "newsletter": "weekly"}
