"""Checks of answers that need no model."""

from collections.abc import Callable, Sequence

from wardian.base.errors import Failure, boundary
from wardian.base.fused import Answer
from wardian.base.imported import imported
from wardian.base.messages import Message
from wardian.fusion.call import FusionCall
from wardian.fusion.shapes import misfit_of_text

__all__ = ["Verifiers"]

Check = Callable[[Message, FusionCall], bool]


class Verifiers:
    """What an answer must pass.

    Args:
        names: `schema` for the request's response schema; else a function of the user's as `package.module:name`,
            which is given the answer (`Message`) and what was asked (`Request`), and says whether it is good.

    Raises:
        ConfigError: when a function cannot be imported.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._checks: list[Check] = [_fits if name == "schema" else _own(name) for name in names]

    def passed(self, message: Message, call: FusionCall) -> bool:
        """Whether all let it through. One that raises lets nothing through, and the result says so."""
        return all(check(message, call) for check in self._checks)

    def sift(self, answers: Sequence[Answer], call: FusionCall) -> tuple[Answer, ...]:
        """Those of `answers` that pass."""
        return tuple(answer for answer in answers if answer.message and self.passed(answer.message, call))


def _fits(message: Message, call: FusionCall) -> bool:
    """Whether it has the shape that was asked for. Tool calls are no answer yet."""
    shape = call.request.response_schema
    return shape is None or bool(message.tool_calls) or misfit_of_text(message.content, shape.json_schema) is None


def _own(name: str) -> Check:
    function = imported(name, "verifiers")

    def check(message: Message, call: FusionCall) -> bool:
        failures: list[Failure] = []
        passed = False
        with boundary(failures.append, cause="agent"):  # the user's own code does what it likes
            passed = function(message, call.request) is True
        if failures:
            call.degrade(f"verifier_failed: {name}")
        return passed

    return check
