"""What one fused answer may cost."""

from pydantic import PositiveFloat, PositiveInt

from wardian.base.frozen import Frozen

__all__ = ["FusionBudget"]


class FusionBudget(Frozen):
    """The worst case is reserved before each stage; a stage that does not fit is skipped, and the result says so."""

    usd: PositiveFloat | None = None
    """US dollars."""
    tokens: PositiveInt | None = None
    """Input and output together."""
    calls: PositiveInt | None = None
    """Of members and judge together."""
