"""What a model said to one question, as it is written down: in the reply cache, and among the calls of a run."""

import asyncio
from typing import Annotated, Final, Literal, NoReturn

from pydantic import Field, TypeAdapter

from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError
from wardian.base.frozen import Frozen
from wardian.base.fused import FusionResult
from wardian.base.usage import CallTiming

__all__ = ["KEPT_FAILURES", "RECORDED", "Answered", "CutOff", "Failed", "Recorded"]

WHOLE: Final = frozenset({"stop", "tool_calls"})
"""How an answer ends that may stand for a new one. What was cut off, filtered or refused may go better next time."""
KEPT_FAILURES: Final = frozenset({"agent", "provider"})
"""Others are failures of this process, or of its budget: no replies."""


class Answered(Frozen):
    """The model answered, completely or not: `completion.finish` says so.

    It was `late` when the panel that asked had gone on without it.
    """

    kind: Literal["answered"] = "answered"
    completion: Completion
    late: bool = False

    @property
    def whole(self) -> bool:
        """Whether it may be given instead of asking."""
        return self.completion.finish in WHOLE

    def from_cache(self) -> Completion:
        """The answer as it was, marked as one that took no time and no money; what it took then is known."""
        timing = CallTiming(cached=True, recorded_s=self.completion.timing.total_s)
        return self.completion.model_copy(update={"timing": timing})

    def replayed(self) -> Completion:
        """The answer with the time and the money that it took, marked as one that was given before."""
        timing = self.completion.timing.model_copy(update={"replayed": True})
        return self.completion.model_copy(update={"timing": timing})


class Failed(Frozen):
    """There was no answer, after so many `seconds` that counted: a replay lacks it too.

    `inside` is what was said and paid for all the same, when a fusion was asked.
    """

    kind: Literal["failed"] = "failed"
    failure: Failure
    status: int | None = None
    seconds: float = 0.0
    inside: FusionResult | None = None
    whole: Literal[False] = False

    @classmethod
    def of(cls, error: ModelError, seconds: float = 0.0) -> "Failed":
        """What `error` says."""
        return cls(failure=Failure.of(error), status=error.status, seconds=seconds)

    def from_cache(self) -> NoReturn:
        """Fail as it failed.

        Raises:
            ModelError: always.
        """
        raise self._error(CallTiming(cached=True, recorded_s=self.seconds))

    def replayed(self) -> NoReturn:
        """Fail as it failed.

        Raises:
            ModelError: always.
        """
        raise self._error(CallTiming(total_s=self.seconds, replayed=True))

    def _error(self, timing: CallTiming) -> ModelError:
        said = self.failure
        error = ModelError(said.kind, said.message, cause=said.cause, status=self.status)
        error.timing = timing
        return error


class CutOff(Frozen):
    """It was not waited for.

    Args:
        seconds: how long it had run, without those for which it stood in line.
        inside: what was said so far, when a fusion was asked.
    """

    kind: Literal["cut_off"] = "cut_off"
    seconds: float = 0.0
    inside: FusionResult | None = None

    async def replayed(self) -> NoReturn:
        """Say nothing until whoever asks does not wait again, for the same reason as before.

        Raises:
            asyncio.CancelledError: then, with this as its last argument: what was spent is told, not estimated anew.
        """
        try:
            while True:
                await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            error.args = (*error.args, self)
            raise


Recorded = Annotated[Answered | Failed, Field(discriminator="kind")]
RECORDED: Final[TypeAdapter[Answered | Failed]] = TypeAdapter(Recorded)
