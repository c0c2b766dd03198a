"""Who holds how much of a budget. Pure: the caller brings time and paper."""

from collections.abc import Callable
from dataclasses import dataclass

from wardian.models.budgets.amount import NOTHING, Amount, Cap
from wardian.models.budgets.leases import BudgetAsk, BudgetEntry, BudgetGrant

__all__ = ["BudgetLedger"]

PARTS = 32
"""A block is one of so many parts of what is left: that is the most that a lost holder takes along beside its calls."""
PATIENCE_S = 30.0
"""From whom nothing was heard for so long nothing is expected back."""


@dataclass(slots=True)
class _Holder:
    """What one process was given, all in all, and what of it may come back."""

    given: Amount = NOTHING
    number: int = -1
    granted: Amount = NOTHING
    open: Amount = NOTHING
    seen_at: float | None = None


class BudgetLedger:
    """Gives out blocks of a budget and takes back what was not used.

    What is given out counts as spent until it comes back. So what all holders together spend never exceeds the cap,
    whoever is lost, in whatever order messages arrive. Each exchange is written down before it takes effect; `apply`
    on an empty ledger repeats what is written.

    Args:
        cap: the most that may be given out.
        write: writes an entry down; when it raises, nothing has happened.
    """

    def __init__(self, cap: Cap, write: Callable[[BudgetEntry], None]) -> None:
        self._cap = cap.amount
        self._write = write
        self._given = NOTHING
        self._holders: dict[str, _Holder] = {}

    @property
    def given(self) -> Amount:
        """What is spent, and what may be: the most that the run has cost so far."""
        return self._given

    def exchange(self, ask: BudgetAsk, now: float) -> BudgetGrant:
        """Take back what `ask` returns and give what it needs, if there is so much."""
        holder = self._holders.setdefault(ask.holder, _Holder())
        holder.seen_at = now
        if ask.number > holder.number:
            self._settle(ask, holder)
        granted = holder.granted if ask.number == holder.number else NOTHING
        holder.open = ask.in_flight + granted
        left = self._cap - self._given
        return BudgetGrant(
            granted=granted,
            reachable=left + self._expected(ask.holder, now),
            scarce=not ask.need.fits(left.part(PARTS)),
        )

    def apply(self, entry: BudgetEntry) -> None:
        """What an entry says has happened."""
        holder = self._holders.setdefault(entry.holder, _Holder())
        change = entry.granted - entry.returned
        holder.given += change
        holder.number, holder.granted = entry.number, entry.granted
        self._given += change

    def _settle(self, ask: BudgetAsk, holder: _Holder) -> None:
        returned = ask.returned.at_most(holder.given)
        entry = BudgetEntry(
            holder=ask.holder,
            number=ask.number,
            returned=returned,
            granted=self._block(ask.need, self._cap - self._given + returned),
        )
        if entry.returned == NOTHING == entry.granted:
            holder.number, holder.granted = ask.number, NOTHING
            return
        self._write(entry)
        self.apply(entry)

    def _block(self, need: Amount, left: Amount) -> Amount:
        if need == NOTHING or not need.fits(left):
            return NOTHING
        return need.at_least(left.part(PARTS))

    def _expected(self, asking: str, now: float) -> Amount:
        """What others may still give back."""
        back = NOTHING
        for name, holder in self._holders.items():
            if name != asking and holder.seen_at is not None and now - holder.seen_at <= PATIENCE_S:
                back += holder.open
        return back
