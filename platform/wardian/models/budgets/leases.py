"""How a budget gets to those who spend it: in blocks, asked for and returned by number."""

from wardian.base.frozen import Frozen
from wardian.models.budgets.amount import NOTHING, Amount

__all__ = ["BudgetAsk", "BudgetEntry", "BudgetGrant"]


class BudgetAsk(Frozen):
    """What a holder gives back and what it needs. The same `number` again means: the answer was lost.

    Args:
        holder: a name that no other process had before.
        number: counts the holder's asks.
        returned: all that it holds and has not promised to a call; a debt when a call took more than its worst case.
        need: what its next call may take; nothing when it only gives back.
        in_flight: what it has promised to calls that are under way.
    """

    holder: str
    number: int
    returned: Amount = NOTHING
    need: Amount = NOTHING
    in_flight: Amount = NOTHING


class BudgetGrant(Frozen):
    """The answer to an ask.

    Args:
        granted: nothing, or at least what was needed.
        reachable: what is left, and what others may still give back.
        scarce: whether everybody should give back at once what a call did not take.
    """

    granted: Amount
    reachable: Amount
    scarce: bool


class BudgetEntry(Frozen):
    """One exchange as it is written down, before its answer is given."""

    holder: str
    number: int
    returned: Amount = NOTHING
    granted: Amount = NOTHING
