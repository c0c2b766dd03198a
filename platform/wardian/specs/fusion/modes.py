"""The modes of a fusion: how many answers become one."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import Field, Tag, model_validator

from wardian.base.frozen import Frozen
from wardian.specs.fusion.agree import AgreeSpec, NormalizedAgree, ToolActionAgree
from wardian.specs.fusion.budget import FusionBudget
from wardian.specs.fusion.collect import CollectSpec
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.places import KeyPath
from wardian.specs.tags import tagged_by

__all__ = [
    "AcceptSpec",
    "AnalysisSpec",
    "BestOfSpec",
    "CascadeSpec",
    "DebateSpec",
    "FusionBase",
    "FusionSpec",
    "MergeSpec",
    "Mode",
    "PanelFusion",
    "PanelSpec",
    "Scope",
    "StageSpec",
    "VoteSpec",
]

Mode = Literal["vote", "best_of", "merge", "debate", "cascade", "analysis"]
Scope = Literal["every", "divergent_probe", "destructive", "final", "first"]
Verifier = Annotated[str, Field(pattern=r"^(schema|[A-Za-z_][\w.]*:[A-Za-z_]\w*)$")]
"""`schema`: the answer fits the request's response schema; else a function of yours, `package.module:name`."""
MOST_SEATS: Final = 32


class FusionBase(Frozen, ABC):
    """What all modes have in common."""

    agree: AgreeSpec = NormalizedAgree()
    """When two texts are the same answer."""
    tools: ToolActionAgree = ToolActionAgree(kind="tool_action")
    """When two turns with tool calls are the same."""
    collect: CollectSpec = CollectSpec()
    """How long the panel is waited for."""
    budget: FusionBudget = FusionBudget()
    """What one answer may cost."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Decides the order in which a judge sees candidates."""

    @property
    @abstractmethod
    def named(self) -> Iterator[tuple[KeyPath, str]]:
        """Where it names whom: everybody that it may ask, of the pool or `fusion/NAME`."""

    @property
    def models(self) -> tuple[str, ...]:
        """Everybody that it may ask, each once."""
        return tuple(dict.fromkeys(model for _, model in self.named))

    @property
    @abstractmethod
    def together(self) -> tuple[MemberSpec, ...]:
        """Those who are asked at the same time at most."""


class PanelSpec(FusionBase):
    """A fusion whose members are all asked the same."""

    members: Annotated[tuple[MemberSpec, ...], Field(min_length=1)]
    """Names out of `models`, or a model with what is special about it."""
    judge: JudgeSpec | None = None
    """Who decides where members do not agree."""
    scope: Scope = "divergent_probe"
    """Which turns with tools the whole panel answers: `every`; where two probes differ; those that could write
    (`destructive`); those that end the episode (`final`); the `first` only. Else the first member answers alone.
    Those who are `required` are asked at every turn, before others."""
    union: bool = False
    """Where no action has a majority and all proposals call tools that only read: make the calls of all of them."""

    @model_validator(mode="after")
    def _several(self) -> Self:
        seats = sum(member.samples for member in self.members)
        if not 2 <= seats <= MOST_SEATS:
            raise ValueError(f"a panel needs 2 to {MOST_SEATS} answers, this one has {seats}")
        return self

    @property
    def named(self) -> Iterator[tuple[KeyPath, str]]:
        """Its members, and the judge."""
        yield from ((("members", place), member.model) for place, member in enumerate(self.members))
        if self.judge is not None:
            yield ("judge",), self.judge.model

    @property
    def together(self) -> tuple[MemberSpec, ...]:
        """The whole panel."""
        return self.members


class VoteSpec(PanelSpec):
    """The answer that most members gave, weighted, verbatim."""

    mode: Literal["vote"] = "vote"
    min_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Below this part of the votes the leader has not won."""
    undecided: Literal["prior", "judge", "escalate"] = "prior"
    """Then, and at a tie: the member named first among the leaders; the judge; or `escalate_to`."""
    escalate_to: str | None = None
    """A model that answers instead."""

    @model_validator(mode="after")
    def _somebody_decides(self) -> Self:
        if self.undecided == "judge" and self.judge is None:
            raise ValueError("`undecided: judge` needs a judge")
        if (self.undecided == "escalate") != (self.escalate_to is not None):
            raise ValueError("`undecided: escalate` and `escalate_to` need each other")
        return self

    @property
    def named(self) -> Iterator[tuple[KeyPath, str]]:
        """Its panel, and whom it escalates to."""
        yield from super().named
        if self.escalate_to is not None:
            yield ("escalate_to",), self.escalate_to


class JudgedSpec(PanelSpec):
    """A panel that cannot do without a judge."""

    judge: JudgeSpec
    """Who decides where members do not agree."""


class BestOfSpec(JudgedSpec):
    """The best answer by the judge's verdict, verbatim."""

    mode: Literal["best_of"]
    verifiers: tuple[Verifier, ...] = ()
    """What a candidate must pass before the judge sees it."""


class MergeSpec(JudgedSpec):
    """A new answer that the judge writes out of all."""

    mode: Literal["merge"]
    analysis: Literal["none", "inline", "separate"] = "none"
    """Whether the judge says what the answers agree and differ in: within its one call, or in one before."""
    guard: bool = False
    """Hold the merged answer against the best candidate, and return that where it loses in both orders."""
    instructions: str = ""
    """What the judge is told about writing, beside the usual; `wardian refine` can edit it (`fusion.merge`)."""
    verifiers: tuple[Verifier, ...] = ()
    """What a merged answer must pass."""


class DebateSpec(PanelSpec):
    """Who dissents sees the other positions and may change their mind."""

    mode: Literal["debate"]
    rounds: Annotated[int, Field(ge=1, le=4)] = 1
    """After the first, blind one."""
    instructions: str = ""
    """What members are told about hearing others, beside the usual; `wardian refine` can edit it (`fusion.debate`)."""


class AnalysisSpec(JudgedSpec):
    """The judge says what the answers agree and differ in, and a model answers by it (OpenRouter's shape)."""

    mode: Literal["analysis"]
    writer: str | None = None
    """Who writes the answer; by default the judge."""

    @property
    def named(self) -> Iterator[tuple[KeyPath, str]]:
        """Its panel, and the writer."""
        yield from super().named
        if self.writer is not None:
            yield ("writer",), self.writer


class AgreeAccept(Frozen):
    """So many of the stage's answers are the same."""

    kind: Literal["agree"]
    count: Annotated[int, Field(ge=2)] = 2
    """How many."""


class VerifierAccept(Frozen):
    """The answer passes a verifier."""

    kind: Literal["verifier"]
    verifier: Verifier
    """`schema`, or a function of yours as `package.module:name`."""


class SelfVerifyAccept(Frozen):
    """The model is sure enough of its own answer when asked again."""

    kind: Literal["self_verify"]
    at_least: Annotated[float, Field(gt=0, le=1)] = 0.8
    """How sure, from 0 to 1."""


class JudgeScoreAccept(Frozen):
    """The cascade's judge gives it at least this score."""

    kind: Literal["judge_score"]
    at_least: Annotated[float, Field(gt=0, le=1)] = 0.7
    """From 0 to 1."""


AcceptSpec = Annotated[AgreeAccept | VerifierAccept | SelfVerifyAccept | JudgeScoreAccept, Field(discriminator="kind")]


class StageSpec(Frozen):
    """One stage of a cascade: asked only when those before were not accepted."""

    members: Annotated[tuple[MemberSpec, ...], Field(min_length=1)]
    """Who is asked at once: models of the pool, or a fusion."""
    accept: AcceptSpec | None = None
    """When its answer is good enough; the last stage needs none."""


class CascadeSpec(FusionBase):
    """Cheap models first, dear ones only where those were not good enough."""

    mode: Literal["cascade"]
    stages: Annotated[tuple[StageSpec, ...], Field(min_length=2)]
    """The cheapest first."""
    judge: JudgeSpec | None = None
    """Who scores, for `judge_score`."""

    @model_validator(mode="after")
    def _every_stage_ends(self) -> Self:
        for place, stage in enumerate(self.stages[:-1]):
            if stage.accept is None:
                raise ValueError(f"stages.{place} accepts everything: what follows is never asked; say `accept`")
            if stage.accept.kind == "agree" and stage.accept.count > sum(each.samples for each in stage.members):
                raise ValueError(f"stages.{place} has fewer answers than the {stage.accept.count} that must agree")
        if self.judge is None and any(stage.accept and stage.accept.kind == "judge_score" for stage in self.stages):
            raise ValueError("`judge_score` needs a judge")
        return self

    @property
    def named(self) -> Iterator[tuple[KeyPath, str]]:
        """The members of all stages, and the judge."""
        for place, stage in enumerate(self.stages):
            yield from ((("stages", place, "members", seat), each.model) for seat, each in enumerate(stage.members))
        if self.judge is not None:
            yield ("judge",), self.judge.model

    @property
    def together(self) -> tuple[MemberSpec, ...]:
        """The largest stage."""
        return max((stage.members for stage in self.stages), key=lambda each: sum(member.samples for member in each))


PanelFusion = VoteSpec | BestOfSpec | MergeSpec | DebateSpec | AnalysisSpec
"""A fusion whose members are all asked the same."""


FusionSpec = Annotated[
    Annotated[VoteSpec, Tag("vote")]
    | Annotated[BestOfSpec, Tag("best_of")]
    | Annotated[MergeSpec, Tag("merge")]
    | Annotated[DebateSpec, Tag("debate")]
    | Annotated[CascadeSpec, Tag("cascade")]
    | Annotated[AnalysisSpec, Tag("analysis")],
    tagged_by("mode", usual="vote"),
]
