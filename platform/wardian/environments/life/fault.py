"""Faults: what goes wrong between an agent and its tools."""

from typing import Annotated

from pydantic import Field, PositiveInt

from wardian.base.frozen import Frozen
from wardian.specs.environments import FaultKind

__all__ = ["Fault"]


class Fault(Frozen):
    """One way in which calls go wrong, and which of them: the `nth`, each with a `probability`, or all in a window.

    Args:
        kind: what goes wrong.
        tools: whose calls; of all tools when empty.
        nth: numbers of calls of these tools, from 1.
        probability: of each call; drawn from the episode's seed.
        from_min: virtual minutes since the opening from which on it may happen.
        until_min: up to when.
        fields: which fields are removed or corrupted; the last one when empty.
        delay_min: how long `latency` takes; what `rate_limited` says.
    """

    kind: FaultKind
    tools: tuple[str, ...] = ()
    nth: tuple[PositiveInt, ...] = ()
    probability: Annotated[float, Field(ge=0, le=1)] = 0.0
    from_min: float = 0.0
    until_min: float | None = None
    fields: tuple[str, ...] = ()
    delay_min: Annotated[float, Field(ge=0)] = 1.0

    @property
    def certain(self) -> bool:
        """Whether chance plays no part."""
        return not self.probability

    @property
    def refuses(self) -> bool:
        """Whether the call does nothing."""
        return self.kind in ("timeout", "rate_limited", "server_error", "permission")

    def concerns(self, tool: str) -> bool:
        """Whether it is about calls of `tool`."""
        return not self.tools or tool in self.tools

    def strikes(self, number: int, elapsed_min: float, draw: float) -> bool:
        """Whether it happens to call `number` of its tools.

        Args:
            number: from 1.
            elapsed_min: virtual minutes since the opening.
            draw: from [0, 1), for this call and this fault alone.
        """
        if elapsed_min < self.from_min or (self.until_min is not None and elapsed_min >= self.until_min):
            return False
        if not self.nth and not self.probability:
            return True
        return number in self.nth or draw < self.probability
