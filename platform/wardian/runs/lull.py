"""What a plan that grows yields when it has nothing to play for the moment."""

import asyncio
from collections import deque

__all__ = ["Lull"]


class Lull:
    """Whoever meets one in a plan waits until it is over, and asks the plan again.

    For one event loop; a plan may have the same one again and again.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()

    def over(self) -> asyncio.Future[None]:
        """Done when there may be something to play, or nothing ever again; counts from when this is called."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        return turn

    def end(self, many: int | None = None) -> None:
        """Let those that wait look again: the first `many`, or all of them."""
        left = len(self._waiting) if many is None else many
        while self._waiting and left > 0:
            turn = self._waiting.popleft()
            if not turn.done():  # else it was cancelled
                turn.set_result(None)
                left -= 1
