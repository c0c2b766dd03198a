"""Members of a panel that say what a test wants, when it wants."""

import asyncio
from dataclasses import dataclass, field

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.base.usage import FinishReason, Usage

__all__ = ["Speaker"]


@dataclass
class Speaker:
    """Says `text` after `after_s` seconds, having waited for a rate limit for `queued_s`; or fails with `kind`.

    `asked` are the questions, `cut_off` says how often it was not waited for.
    """

    name: str
    text: str = "yes"
    after_s: float = 1.0
    queued_s: float = 0.0
    kind: str = ""
    lasting: bool = False
    finish: FinishReason = "stop"
    cost: float | None = 0.5
    written: int = 10
    asked: list[Request] = field(default_factory=list)
    cut_off: int = 0

    async def complete(self, request: Request) -> Completion:
        """Answer, in time."""
        self.asked.append(request)
        try:
            await self._queue(request)
            await asyncio.sleep(self.after_s)
        except asyncio.CancelledError:
            self.cut_off += 1
            raise
        if self.kind:
            raise ModelError(self.kind, f"{self.name} failed", lasting=self.lasting)
        return self._said()

    async def _queue(self, request: Request) -> None:
        stopwatch = None if request.origin is None else request.origin.stopwatch
        if not self.queued_s or stopwatch is None:
            return
        stopwatch.hold()
        try:
            await asyncio.sleep(self.queued_s)
        finally:
            stopwatch.let_go()

    def _said(self) -> Completion:
        return Completion(
            message=Message(role="assistant", content=self.text),
            finish=self.finish,
            model=self.name,
            usage=Usage(input_tokens=100, output_tokens=self.written),
            cost_usd=self.cost,
        )
