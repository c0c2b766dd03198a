"""What the members of a fusion said at one turn, as the page shows it: a line for each of their answers.

A judge knows candidates as letters only; what came of its words is told with the names of their seats.
"""

from collections.abc import Iterator
from typing import Final

from wardian.base.fused import Answer, Decision, FusionResult, Verdict

__all__ = ["decided_by", "panel_lines"]

LONG: Final = 400
"""Characters of a proposal."""
WORDS: Final = {
    "tool_names": "the set of tools",
    "prior": "the order of members",
    "probe": "two probes",
    "only": "one answer",
}


def decided_by(fusion: FusionResult | None) -> Iterator[str]:
    """In a few words, what settled the answer and what was not as configured; nothing where no fusion answered."""
    if fusion is None:
        return
    if (decision := fusion.decision) is not None:
        share = "" if decision.share is None else f", {decision.share:.0%} of the votes"
        yield f"decided by {WORDS.get(decision.by, decision.by)}{share}"
    yield from (f"degraded: {reason}" for reason in fusion.degraded)


def panel_lines(fusion: FusionResult | None) -> str:
    """Everybody who was asked and what came of it, a line each, the winner's marked; then what the judge made of it."""
    if fusion is None:
        return ""
    winner = fusion.winner
    answers = [f"{'> ' if answer is winner else '  '}{_line(answer)}" for answer in fusion.answers]
    return "\n".join([*answers, *(() if fusion.decision is None else _judged(fusion.decision))])


def _judged(decision: Decision) -> Iterator[str]:
    yield from (f"  ranked {place}: {_ranking(verdict)}" for place, verdict in enumerate(decision.verdicts, 1))
    if decision.analysis is not None:
        yield f"  analysis: {_cut(decision.analysis.model_dump_json(exclude_defaults=True))}"


def _ranking(verdict: Verdict) -> str:
    shown = f"(shown as {', '.join(verdict.shown)})"
    return f"{' > '.join(verdict.ranking)} {shown}" if verdict.ranking else f"no verdict could be read {shown}"


def _line(answer: Answer) -> str:
    who = answer.seat if answer.role == "member" else f"{answer.seat} ({answer.role})"
    round_ = f", round {answer.round}" if answer.round else ""
    state = "" if answer.ok else f" [{answer.state}]"
    return f"{who}{round_}{state}: {_proposal(answer)}"


def _proposal(answer: Answer) -> str:
    if answer.message is None:
        return answer.failure.message if answer.failure else "no answer"
    calls = [f"{call.name} {call.arguments}" for call in answer.message.tool_calls]
    words = "; ".join(calls) or " ".join(answer.message.content.split())
    return _cut(words)


def _cut(words: str) -> str:
    return words if len(words) <= LONG else f"{words[:LONG]}…"
