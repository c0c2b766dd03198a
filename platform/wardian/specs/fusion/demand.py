"""How many calls one answer of a fusion takes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.fusion.modes import (
    AnalysisSpec,
    BestOfSpec,
    CascadeSpec,
    DebateSpec,
    FusionSpec,
    MergeSpec,
    VoteSpec,
)

__all__ = ["Demand"]

DUEL: Final = 2
"""Two candidates are held against each other both ways."""
FEWEST: Final = {"divergent_probe": 2, "destructive": 1, "final": 1, "first": 1}
"""So many voices are heard at a turn with tools at least."""


class Demand:
    """The calls that `spec` makes for one answer, by whom it asks: the pool's models or other fusions.

    Args:
        spec: the fusion.
    """

    def __init__(self, spec: FusionSpec) -> None:
        self._spec = spec

    def least(self, *, tools: bool) -> Mapping[str, int]:
        """Where everybody agrees: the panel once, or a cascade's first stage; and a judge that always writes.

        At a turn with `tools`, for which `scope` may not need the whole panel, one or two voices, and all
        who are required.
        """
        spec = self._spec
        members = spec.stages[0].members if isinstance(spec, CascadeSpec) else spec.members
        voices = [
            member for member in sorted(members, key=lambda each: not each.required) for _ in range(member.samples)
        ]
        scope = spec.scope if tools and not isinstance(spec, CascadeSpec) else "every"
        fewest = FEWEST.get(scope, len(voices))
        required = sum(member.required for member in voices)
        calls = Counter(member.model for member in voices[: max(fewest, required)])
        if isinstance(spec, AnalysisSpec):
            calls.update([spec.judge.model, spec.writer or spec.judge.model])
        return calls

    def judged(self, *, tools: bool) -> Mapping[str, int]:
        """How many of the panel's answers whoever judges or writes reads at most, in all its calls together."""
        spec = self._spec
        if isinstance(spec, CascadeSpec) or spec.judge is None:
            return {}
        most, voices = self.most(tools=tools), _voices(spec.members)
        readers = [spec.judge.model]
        if isinstance(spec, AnalysisSpec) and spec.writer is not None:
            readers.append(spec.writer)
        return {name: (most[name] - voices[name]) * voices.total() for name in readers}

    def most(self, *, tools: bool) -> Mapping[str, int]:
        """Where nobody agrees, every verdict is asked for again as often as it may be, and every stage is needed.

        At a turn with `tools` a judge may have to compare proposals, whatever it does with texts.
        """
        spec = self._spec
        if isinstance(spec, CascadeSpec):
            return _cascade(spec)
        rounds = 1 + spec.rounds if isinstance(spec, DebateSpec) else 1
        calls = Counter({model: voices * rounds for model, voices in _voices(spec.members).items()})
        if spec.judge is not None:
            calls[spec.judge.model] += _judgements(spec, spec.judge, tools=tools)
        if isinstance(spec, AnalysisSpec):
            calls[spec.writer or spec.judge.model] += 1 + spec.judge.repair
        if isinstance(spec, VoteSpec) and spec.escalate_to is not None:
            calls[spec.escalate_to] += 1
        return calls


def _voices(members: Iterable[MemberSpec]) -> Counter[str]:
    calls: Counter[str] = Counter()
    for member in members:
        calls[member.model] += member.samples
    return calls


def _judgements(spec: FusionSpec, judge: JudgeSpec, *, tools: bool) -> int:
    """Verdicts in all orders and a duel between two; a merge has its text, its analysis and its guard as well."""
    tries = 1 + judge.repair
    verdicts = (judge.orders + DUEL) * tries
    if isinstance(spec, AnalysisSpec):
        return verdicts if tools else tries
    if isinstance(spec, VoteSpec) and spec.undecided != "judge":
        return 0
    if isinstance(spec, BestOfSpec | DebateSpec | VoteSpec):
        return verdicts
    extra = spec.analysis == "separate" if isinstance(spec, MergeSpec) else False
    guard = DUEL * tries if isinstance(spec, MergeSpec) and spec.guard else 0
    return verdicts + tries + extra * tries + guard


def _cascade(spec: CascadeSpec) -> Counter[str]:
    calls: Counter[str] = Counter()
    for stage in spec.stages:
        voices = _voices(stage.members)
        calls.update(voices)
        if stage.accept is not None and stage.accept.kind == "self_verify":
            calls.update(dict.fromkeys(voices, 1))
        if stage.accept is not None and stage.accept.kind == "judge_score" and spec.judge is not None:
            calls[spec.judge.model] += 1 + spec.judge.repair
    return calls
