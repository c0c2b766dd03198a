"""Builds the carrier: plans, customers with a line and a phone each, bills and outages."""

from random import Random
from typing import Any

import yaml

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.environments.template import SqlValue

from .phone import AUTOMATIC

__all__ = ["Breakage", "Carrier", "Plan", "Subscriber"]

Values = dict[str, SqlValue]

_OUTAGE_REGIONS = 3
"""So many regions, the last ones, are for tasks about outages."""
_SERIAL = 1000


class Plan(Frozen):
    """What a line is paid for."""

    id: str
    name: str
    data_mb: int
    gb_cents: int
    roaming_day_cents: int
    apn: str
    mmsc: str


class Subscriber(Frozen):
    """One customer with their line."""

    line_id: str
    first_name: str
    last_name: str
    birth_date: str
    number: str
    region: str
    plan: Plan


class Breakage(Frozen):
    """What is different from a line and a phone that work."""

    line: dict[str, SqlValue] = {}
    phone: dict[str, SqlValue] = {}
    storage: bool = True
    """The permission of the app Messages."""
    used_up: bool = False
    unpaid_cents: int = 0

    def __or__(self, other: "Breakage") -> "Breakage":
        """Both at once."""
        return Breakage(
            line={**self.line, **other.line},
            phone={**self.phone, **other.phone},
            storage=self.storage and other.storage,
            used_up=self.used_up or other.used_up,
            unpaid_cents=self.unpaid_cents or other.unpaid_cents,
        )


class Carrier:
    """Collects the rows of the opening state; the same for one seed."""

    def __init__(self, people: str, seed: int) -> None:
        data: dict[str, Any] = yaml.safe_load(people)
        self.plans = [Plan.model_validate(plan) for plan in data["plans"]]
        self.regions: list[str] = data["regions"][:-_OUTAGE_REGIONS]
        self.dark_regions: list[str] = data["regions"][-_OUTAGE_REGIONS:]
        self.countries: list[str] = data["countries"]
        self._data = data
        self._seed = seed
        tables = ("customers", "plans", "lines", "bills", "outages", "phones", "permissions")
        self.rows: dict[str, list[Values]] = {table: [] for table in tables}
        self.rows["plans"] = [plan.model_dump() for plan in self.plans]

    def subscriber(self, random: Random, region: str, breakage: Breakage, *, abroad: bool = False) -> Subscriber:
        """A new customer, somewhere."""
        serial = _SERIAL + len(self.rows["lines"])
        someone = Subscriber(
            line_id=f"L{serial}",
            first_name=random.choice(self._data["first"]),
            last_name=random.choice(self._data["last"]),
            birth_date=f"{random.randint(1948, 2005)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}",
            number=f"{random.randint(200, 989)}-{serial % 10_000:04d}",
            region=region,
            plan=random.choice(self.plans),
        )
        names = {"first_name": someone.first_name, "last_name": someone.last_name, "birth_date": someone.birth_date}
        self.rows["customers"].append({"id": f"C{serial}", **names})
        used_mb = someone.plan.data_mb + 12 if breakage.used_up else random.randint(400, 4000)
        line = {**_line(random, someone, abroad=abroad), "customer_id": f"C{serial}", "used_mb": used_mb}
        self.rows["lines"].append({**line, **breakage.line})
        self.rows["phones"].append(self._phone(random, someone, breakage, abroad=abroad))
        granted = {"storage": breakage.storage, "sms": True, "camera": random.random() < 0.5}
        self.rows["permissions"] += [
            {"line_id": someone.line_id, "app": "Messages", "permission": name, "granted": int(value)}
            for name, value in granted.items()
        ]
        self._bills(random, someone, breakage.unpaid_cents)
        return someone

    def outage(self, region: str) -> Values:
        """The outage of a region."""
        known = next((row for row in self.rows["outages"] if row["region"] == region), None)
        if known is not None:
            return known
        random = random_stream("device_support", self._seed, "outage", region)
        end = f"2026-03-02 {random.randint(14, 21)}:{random.choice((10, 20, 40, 50))}"
        cause = random.choice(("power failure", "cut fibre", "storm damage"))
        row: Values = {"id": f"O{1 + len(self.rows['outages'])}", "region": region, "since": "2026-03-02 07:30"}
        self.rows["outages"].append({**row, "expected_end": end, "cause": cause})
        return self.rows["outages"][-1]

    def bystanders(self, number: int) -> None:
        """Customers that no task is about."""
        random = random_stream("device_support", self._seed, "bystanders")
        for _ in range(number):
            self.subscriber(random, random.choice(self.regions), Breakage())

    def _phone(self, random: Random, someone: Subscriber, breakage: Breakage, *, abroad: bool) -> Values:
        apn = breakage.phone.get("apn", someone.plan.apn)
        usual: Values = {
            "line_id": someone.line_id,
            "model": random.choice(self._data["phones"]),
            "airplane_mode": 0,
            "mobile_data": 1,
            "wifi": random.randint(0, 1),
            "data_roaming": int(abroad),
            "data_saver": 0,
            "vpn": 0,
            "network_mode": AUTOMATIC,
            "mmsc": someone.plan.mmsc,
            "sim": "in",
            "sim_reseated": 0,
            "erased": 0,
        }
        return {**usual, **breakage.phone, "apn": apn, "apn_in_use": apn}

    def _bills(self, random: Random, someone: Subscriber, unpaid_cents: int) -> None:
        for month in (1, 2):
            cents = unpaid_cents if unpaid_cents and month == 1 else random.randrange(1500, 6000, 5)
            bill: Values = {"id": f"B{someone.line_id[1:]}{month}", "line_id": someone.line_id, "cents": cents}
            paid = not (unpaid_cents and month == 1)
            self.rows["bills"].append({**bill, "due": f"2026-0{month}-20", "paid": int(paid)})


def _line(random: Random, someone: Subscriber, *, abroad: bool) -> Values:
    return {
        "id": someone.line_id,
        "number": someone.number,
        "plan_id": someone.plan.id,
        "status": "active",
        "suspended_for": "",
        "region": someone.region,
        "abroad": int(abroad),
        "roaming": 1 if abroad else random.randint(0, 1),
        "refilled_mb": 0,
        "registration": "registered",
        "port_fault": 0,
    }
