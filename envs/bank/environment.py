"""The pack's entry point: builds the bank and its tasks, and gives them tools, policy and rules."""

from datetime import datetime, time

from wardian.environments.checks import Check, ConfirmedWrites, Invariant, RequiredBefore, StateReached
from wardian.environments.packs import PackContext
from wardian.environments.scenario import World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.template import Template

from .books import Books
from .distractors import DISTRACTORS, CrowdedBankTools
from .records import TODAY
from .tasks import Knobs, write_task

__all__ = ["open_pack"]

_FREE = ("send_code", "verify_code", "transfer_to_human")
_PRIVATE = (
    *("get_customer", "list_accounts", "list_transactions", "list_standing_orders", "list_cards", "list_card_payments"),
    *("transfer_money", "create_standing_order", "open_dispute", "refund_fee", "change_standing_order"),
    *("start_correction", "add_entry", "post_booking", "cancel_standing_order", "block_card", "unblock_card"),
    *("replace_card", "set_card_limit", "change_address"),
)
_UNBALANCED = "SELECT transaction_id FROM booked GROUP BY transaction_id HAVING sum(amount_cents) <> 0"
"""Of entries since the opening: before that the books are right by construction, and there are too many to look at."""
_DRIFTED = """
SELECT a.id FROM accounts a WHERE a.id IN (SELECT account_id FROM booked)
AND a.balance_cents <> (SELECT sum(e.amount_cents) FROM entries e WHERE e.account_id = a.id)
"""
_OVERDRAWN = "SELECT id FROM accounts WHERE balance_cents < -overdraft_cents"
_RULES: tuple[Check, ...] = (
    StateReached(),
    ConfirmedWrites(exempt=_FREE),
    RequiredBefore(name="code_verified_first", first=("verify_code",), then=_PRIVATE),
    Invariant(name="entries_sum_to_zero", broken=_UNBALANCED),
    Invariant(name="balances_are_sums_of_entries", broken=_DRIFTED),
    Invariant(name="no_overdraft_beyond_the_limit", broken=_OVERDRAWN),
)
_IGNORED = frozenset(
    {
        *("clock", "codes", "requests", "handoffs.id", "handoffs.summary", "entries.transaction_id"),
        *("transactions.id", "transactions.booked_on", "transactions.text", "transactions.idempotency_key"),
    }
)


def open_pack(context: PackContext) -> SimulatedPack:
    """Build the bank that the knobs ask for."""
    knobs = Knobs.model_validate(context.knobs)
    books = Books(context.read_text("people.yaml"), knobs.seed)
    scenarios = [write_task(books, number, knobs) for number in range(knobs.tasks)]
    books.bystanders(knobs.customers, knobs.history)
    extras = DISTRACTORS[: knobs.distractor_tools]
    world = World(
        template=Template(context.read_text("schema.sql"), books.rows, datetime.combine(TODAY, time(9, 0))),
        toolbox=lambda state: CrowdedBankTools(state, extras),
        policy=context.read_text("policy.md"),
        checks=_RULES,
        ignore=_IGNORED,
        waits=True,
        turn_min=1.0,
    )
    return SimulatedPack(context, world, scenarios)
