"""From a pack and recorded conversations to the report."""

from collections.abc import Sequence

from wardian.base.messages import ToolSchema
from wardian.environments.pack import Pack
from wardian.fidelity.drift import drift_of
from wardian.fidelity.replay import Replayed, replay
from wardian.fidelity.report import Divergence, FidelityReport, ToolFidelity
from wardian.traces.trace import Trace

__all__ = ["survey"]


async def survey(pack: Pack, traces: Sequence[Trace], ignore: frozenset[str] = frozenset()) -> FidelityReport:
    """Make all recorded calls again and say how the pack did.

    Args:
        pack: whose worlds answer.
        traces: what production recorded.
        ignore: names of fields that may differ, such as `created_at`.
    """
    done = [call for trace in traces for call in await replay(pack, trace, ignore)]
    schemas = _schemas(pack)
    called = sorted({call.call.tool for call in done})
    return FidelityReport(
        pack=pack.name,
        digest=pack.digest,
        traces=len(traces),
        tools=tuple(_tool(name, [call for call in done if call.call.tool == name], schemas) for name in called),
        untried=tuple(sorted(set(schemas) - set(called))),
        first=_first(done),
    )


def _tool(name: str, calls: Sequence[Replayed], schemas: dict[str, ToolSchema]) -> ToolFidelity:
    return ToolFidelity(
        tool=name,
        calls=len(calls),
        exact=sum(call.exact for call in calls),
        shape=sum(call.same_shape for call in calls),
        error_class=sum(call.agrees for call in calls),
        known=any(call.known for call in calls),
        drift=drift_of(calls, schemas.get(name)),
        first=_first(calls),
    )


def _first(calls: Sequence[Replayed]) -> Divergence | None:
    return next((Divergence.of(call) for call in calls if not call.exact), None)


def _schemas(pack: Pack) -> dict[str, ToolSchema]:
    """All tools of the pack, whichever task offers them."""
    found: dict[str, ToolSchema] = {}
    for card in pack.tasks():
        environment = pack.environment(card.id)
        found |= {tool.name: tool for tool in environment.tools()}
        environment.close()
    return found
