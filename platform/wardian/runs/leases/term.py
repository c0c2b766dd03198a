"""How long a worker may go on spending money without hearing from its coordinator."""

import asyncio
from typing import Final

from wardian.base.clock import Clock

__all__ = ["Term"]

MARGIN: Final = 0.8
"""Of a lease: who stops so early has stopped when others begin."""


class Term:
    """The lease of a worker, on its own clock: from the moment when the last report was sent that has arrived.

    The coordinator counts from when it arrived, which is later. So whoever was frozen or cut off, and wakes up when
    others play its episodes, begins no call.

    Args:
        lease_s: what coordinator and worker have agreed on.
        clock: the time.
    """

    def __init__(self, lease_s: float, clock: Clock) -> None:
        self.lease_s = lease_s
        self._usable_s = MARGIN * lease_s
        self._clock = clock
        self._until = float("-inf")
        self._renewed = asyncio.Event()
        self._over = False

    @property
    def valid(self) -> bool:
        """Whether a call may begin."""
        return not self._over and self._clock.monotonic() < self._until

    def renew(self, sent_at: float) -> None:
        """A report that was sent then has arrived."""
        self._until = max(self._until, sent_at + self._usable_s)
        if self.valid:
            self._renewed.set()

    @property
    def over(self) -> bool:
        """Whether it was closed."""
        return self._over

    def close(self) -> None:
        """No call may begin any more, ever."""
        self._over = True

    async def wait(self) -> None:
        """Return as soon as a call may begin."""
        while not self.valid:
            self._renewed.clear()
            await self._renewed.wait()
