"""A fusion that gave no answer."""

from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult

__all__ = ["FusionFailed"]


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
