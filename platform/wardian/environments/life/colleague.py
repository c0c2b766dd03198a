"""Colleagues of the agent that answer when they are asked, and may do something then; no model is involved."""

from collections.abc import Sequence

from wardian.base.frozen import Frozen
from wardian.environments.brief import mentions

__all__ = ["Colleague", "Line"]


class Line(Frozen):
    """An answer: `asked` recognises the message, `when` is a query that must have a row, `does` are statements.

    Their SQL names the colleague `:name`. What a colleague does because the agent asked for it is the agent's doing.
    """

    asked: str
    says: str
    when: str = ""
    does: tuple[str, ...] = ()


class Colleague(Frozen):
    """Somebody with a name and a job, who gives the answer of the first line that fits."""

    name: str
    role: str
    lines: tuple[Line, ...]
    otherwise: str = "Sorry, I do not know what you mean."

    def fitting(self, message: str) -> Sequence[Line]:
        """The lines that the message asks for."""
        return [line for line in self.lines if mentions(line.asked, message)]
