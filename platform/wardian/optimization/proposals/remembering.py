"""A reflection model whose words are kept: an answer, and that there was none."""

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Request
from wardian.fusion.failed import broken_off, given_again
from wardian.models.recorded import KEPT_FAILURES, Answered, Failed, Recorded
from wardian.optimization.proposals.proposer import Memo

__all__ = ["RememberingClient"]


class RememberingClient:
    """Asks nobody what was answered before; what came of a call is kept before it is used.

    A failure is kept as well: its proposal is in no race, so that something was decided by it. Those are not that
    every further call would share, or that are of this process: nobody may decide by them.

    Args:
        inner: who is asked.
        memo: what keeps answers.
    """

    def __init__(self, inner: ModelClient, memo: Memo[Recorded]) -> None:
        self.name = inner.name
        self._inner = inner
        self._memo = memo

    async def complete(self, request: Request) -> Completion:
        """The answer.

        Raises:
            ModelError: when there is none, or was none before.
        """
        known = await self._memo.get(request.digest)
        if known is None:
            known = await self._asked(request)
            await self._memo.put(request.digest, known)
        return given_again(known)

    async def _asked(self, request: Request) -> Answered | Failed:
        try:
            return Answered(completion=await self._inner.complete(request))
        except ModelError as error:
            if error.lasting or error.cause not in KEPT_FAILURES:
                raise
            return Failed.of(error).model_copy(update={"inside": broken_off(error)})
