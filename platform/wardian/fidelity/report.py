"""What a comparison with production found."""

from wardian.base.frozen import Frozen, JsonValue
from wardian.fidelity.drift import Drift
from wardian.fidelity.replay import Replayed

__all__ = ["Divergence", "FidelityReport", "ToolFidelity"]


class Divergence(Frozen):
    """The first place where a recorded call and ours differ.

    Args:
        trace: the conversation.
        number: the call's place in it, from 1.
        tool: which tool.
        path: where in the result; "" is the whole of it.
        traced: what production said there.
        ours: what the pack says.
    """

    trace: str
    number: int
    tool: str
    path: str
    traced: JsonValue = None
    ours: JsonValue = None

    @classmethod
    def of(cls, call: Replayed) -> "Divergence":
        """Of a call that is not exact."""
        where = {"trace": call.trace, "number": call.number, "tool": call.call.tool}
        if call.agrees:
            first = call.differences[0]
            return cls(**where, path=first.path, traced=first.traced, ours=first.ours)
        theirs, mine = (name or "ok" for name in call.classes)
        return cls(**where, path="", traced=theirs, ours=mine)


class ToolFidelity(Frozen):
    """How one tool did.

    Args:
        tool: its name.
        calls: how often production called it.
        exact: results that are equal in all that matters.
        shape: results with the same fields of the same types.
        error_class: calls that succeeded on both sides, or failed in the same way.
        known: whether the pack has it.
        drift: fields that only one side has.
        first: where it went another way for the first time.
    """

    tool: str
    calls: int
    exact: int
    shape: int
    error_class: int
    known: bool = True
    drift: Drift = Drift()
    first: Divergence | None = None


class FidelityReport(Frozen):
    """How a pack did on some traces.

    Args:
        pack: its name.
        digest: of its files and knobs.
        traces: conversations.
        tools: one for each tool that production called.
        untried: tools of the pack that no trace calls; they are no flaw, but nothing is known of them.
        first: where the first conversation went another way for the first time.
    """

    pack: str
    digest: str
    traces: int
    tools: tuple[ToolFidelity, ...]
    untried: tuple[str, ...] = ()
    first: Divergence | None = None

    @property
    def calls(self) -> int:
        """Recorded calls."""
        return sum(each.calls for each in self.tools)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Tools that production has and the pack has not."""
        return tuple(each.tool for each in self.tools if not each.known)

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return all(each.exact == each.calls and not each.drift.found for each in self.tools)
