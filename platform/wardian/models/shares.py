"""Weighted max-min fairness: nobody gets more than he wants; those who want more get equal parts, by weight."""

from collections.abc import Mapping

__all__ = ["Balances", "max_min"]


def max_min(amount: float, wants: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """`amount` divided among those who want something."""
    shares: dict[str, float] = {}
    left, weight = max(amount, 0.0), sum(weights[name] for name in wants)
    for name in sorted(wants, key=lambda name: wants[name] / weights[name]):
        shares[name] = min(max(wants[name], 0.0), left * weights[name] / weight)
        left -= shares[name]
        weight -= weights[name]
    return shares


class Balances:
    """What of a bucket belongs to whom. What nobody wants belongs to nobody yet."""

    def __init__(self) -> None:
        self._of: dict[str, float] = {}

    def pour(self, level: float, wants: Mapping[str, float], weights: Mapping[str, float]) -> None:
        """Divide what the bucket has gained; who wants nothing more loses what he had to the others."""
        self._of = {name: min(self._of.get(name, 0.0), wants[name]) for name in wants}
        held = sum(self._of.values())
        if held > level:
            self._shrink(held - level)
        else:
            missing = {name: wants[name] - self._of[name] for name in wants}
            for name, share in max_min(level - held, missing, weights).items():
                self._of[name] += share

    def of(self, name: str) -> float:
        """What `name` may have now."""
        return self._of.get(name, 0.0)

    def take(self, name: str, amount: float) -> None:
        """`name` gets `amount` of what is his, or gives a negative amount back."""
        self._of[name] = self._of.get(name, 0.0) - amount

    def _shrink(self, excess: float) -> None:
        """The bucket holds less than was promised: those who have something lose in proportion."""
        having = sum(balance for balance in self._of.values() if balance > 0)
        if having > 0:
            keep = max(1.0 - excess / having, 0.0)
            self._of = {name: balance * keep if balance > 0 else balance for name, balance in self._of.items()}
