"""What goes wrong in a task with the first call that moves money, and what a careful agent does then."""

from typing import Final, Literal

from wardian.environments.life.fault import Fault

from .ledger_tools import MONEY_TOOLS

__all__ = ["MISHAPS", "WAIT_MIN", "Mishap", "chances", "faults"]

Mishap = Literal["none", "applied_timeout", "timeout", "rate_limited", "stale"]
MISHAPS: Final[tuple[Mishap, ...]] = ("none", "applied_timeout", "timeout", "rate_limited", "stale")
WAIT_MIN: Final = 20
"""Until that many minutes after the opening no money moves in a task with `rate_limited`."""
READS: Final = (
    *("find_customer", "get_customer", "list_accounts", "list_transactions", "list_standing_orders", "list_cards"),
    "list_card_payments",
)


def faults(mishap: Mishap) -> tuple[Fault, ...]:
    """The faults of a task with `mishap`; in `stale` the answer is lost and the ledger does not show the booking."""
    match mishap:
        case "none":
            return ()
        case "rate_limited":
            return (Fault(kind="rate_limited", tools=MONEY_TOOLS, until_min=WAIT_MIN, delay_min=WAIT_MIN),)
        case "stale":
            ledger = ("list_transactions", "list_accounts", "list_standing_orders")
            return (*faults("applied_timeout"), Fault(kind="stale", tools=ledger))
        case _:
            return (Fault(kind=mishap, tools=MONEY_TOOLS, nth=(1,)),)


def chances(rate: float) -> tuple[Fault, ...]:
    """Faults that happen by chance, to a share of `rate` of the calls."""
    if not rate:
        return ()
    return (
        Fault(kind="timeout", tools=MONEY_TOOLS, probability=rate / 2),
        Fault(kind="applied_timeout", tools=MONEY_TOOLS, probability=rate / 2),
        Fault(kind="server_error", tools=READS, probability=rate),
    )
