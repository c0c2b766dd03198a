"""A fusion that gave no answer."""

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult
from wardian.models.recorded import Answered, CutOff, Failed

__all__ = ["FusionFailed", "broken_off", "given_again"]


class FusionFailed(ModelError):
    """The error of a fusion, with all that was said and paid for it.

    Args:
        error: why there is no answer.
        result: who said what, and what it cost.
    """

    def __init__(self, error: ModelError, result: FusionResult) -> None:
        super().__init__(error.kind, str(error), cause=error.cause, status=error.status, lasting=error.lasting)
        self.retried = error.retried
        self.result = result


def broken_off(error: BaseException) -> FusionResult | None:
    """What was said and paid for by a fusion that failed with `error` or was cut off; None where there was none."""
    if isinstance(error, FusionFailed):
        return error.result
    last = error.args[-1] if error.args else None
    if isinstance(last, CutOff):
        return last.inside
    return last if isinstance(last, FusionResult) else None


def given_again(reply: Answered | Failed) -> Completion:
    """The answer as it was.

    Raises:
        ModelError: as it was raised, when there was none; with all that was said and paid for in a fusion.
    """
    try:
        return reply.replayed()
    except ModelError as error:
        if isinstance(reply, Failed) and reply.inside is not None:
            raise FusionFailed(error, reply.inside) from error
        raise
