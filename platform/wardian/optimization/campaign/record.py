"""A campaign as a value: what is printed, kept in its folder, and told to MLflow."""

from collections.abc import Iterable, Sequence
from typing import Literal

from wardian.base.bundle import Bundle
from wardian.base.dollars import total_usd
from wardian.base.frozen import Frozen
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.gate.verdict import GatePoint, GateVerdict
from wardian.optimization.proposals.edit import Candidate, Edit, Refused
from wardian.scoring.result import Result
from wardian.specs.refinement import RefineSpec

__all__ = [
    "CampaignRecord",
    "CandidateRecord",
    "Expenses",
    "GatePair",
    "GateRecord",
    "Preflight",
    "Stage",
    "StopReason",
]

Stage = Literal["preflight", "observe", "diagnose", "propose", "race", "gate", "audit", "ended"]
StopReason = Literal[
    "promoted",
    "futile",
    "no_evidence",
    "no_candidate",
    "no_headroom",
    "false_alarm",
    "budget",
    "wall_clock",
    "gates",
    "cancelled",
]
"""Why a campaign ended; `gates`: as many as it may come to; `cancelled`: somebody gave it up."""


class Expenses(Frozen):
    """What was spent, apart by who asked. Dollars are None when a price is unknown.

    Args:
        episodes: that were played.
        tokens: in and out, of everybody.
        reflection_tokens: what of them proposals took.
        agent_usd: of the agent's calls.
        user_usd: of whoever speaks for users.
        judge_usd: of judges.
        reflection_usd: of proposals.
    """

    episodes: int = 0
    tokens: int = 0
    reflection_tokens: int = 0
    agent_usd: float | None = 0.0
    user_usd: float | None = 0.0
    judge_usd: float | None = 0.0
    reflection_usd: float | None = 0.0

    def played(self, episodes: Sequence[Result]) -> "Expenses":
        """The same with these as all episodes."""
        known = {
            "episodes": len(episodes),
            "tokens": sum(each.tokens for each in episodes) + self.reflection_tokens,
            "agent_usd": total_usd(map(_agent_usd, episodes)),
            "user_usd": total_usd(each.user_usd for each in episodes),
        }
        return self.model_copy(update=known)

    def proposed(self, outcomes: Sequence[Candidate | Refused]) -> "Expenses":
        """The same with these as all that was proposed."""
        tokens = sum(each.tokens for each in outcomes)
        known = {
            "tokens": self.tokens - self.reflection_tokens + tokens,
            "reflection_tokens": tokens,
            "reflection_usd": total_usd(each.cost_usd for each in outcomes),
        }
        return self.model_copy(update=known)


def _agent_usd(result: Result) -> float | None:
    """What nobody took who speaks for the user."""
    return None if result.cost_usd is None or result.user_usd is None else result.cost_usd - result.user_usd


class Preflight(Frozen):
    """The champion against itself, and what a campaign can hope for.

    Args:
        pairs: with a result on both sides.
        success: of the champion.
        noise: the standard deviation of a pair's difference.
        false_alarm: whether the champion seems to differ from itself: nothing could be believed, so the campaign ends.
        detectable: the smallest gain of a version that its gate finds in 8 of 10 cases; but first it must be
            proposed, and win its race.
        gate_pairs: what a gate costs, in pairs, for a gain of twice `delta_min`.
        episodes: the most that the campaign costs.
        cost_usd: the same at the mean price of the preflight's episodes, without reflection; None when one is unknown.
        warnings: what a user should know, a line each.
    """

    pairs: int
    success: float
    noise: float
    false_alarm: bool
    detectable: float
    gate_pairs: int
    episodes: int
    cost_usd: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def foreseeable(self) -> bool:
        """Whether `detectable` and `gate_pairs` mean anything: where nothing succeeds there is no noise to know."""
        return self.pairs > 0 and self.success > 0.0


class CandidateRecord(Frozen):
    """One proposal, from its edit to where it came.

    Args:
        number: its assignment's.
        generation: from 1.
        parent: content hash of the version that it was made from.
        cluster: the evidence that it answers.
        component: what was changed.
        bundle: its texts; None where it was refused.
        edit: what was changed.
        refused: why no episode was spent on it.
        said: the beginning of an answer that is no edit; None where it was one.
        rung: the last one that it took part in; 0 for none.
        pairs: of its race.
        search_delta: the mean difference there, which is too good to be true.
        gate: which gate it entered; None for none.
        cost_usd: what the proposal cost.
        tokens: in and out, of the proposal.
    """

    number: int
    generation: int
    parent: str
    cluster: str
    component: str
    bundle: Bundle | None = None
    edit: Edit | None = None
    refused: str = ""
    said: str | None = None
    rung: int = 0
    pairs: int = 0
    search_delta: float = 0.0
    gate: int | None = None
    cost_usd: float | None = None
    tokens: int = 0


class GatePair(Frozen):
    """One draw of a gate, for `pairs.parquet`; None is missing."""

    number: int
    task: str
    seed: int
    champion: float | None
    candidate: float | None


class GateRecord(Frozen):
    """One gate, with everything that its verdict follows from."""

    verdict: GateVerdict
    champion: Bundle
    candidate: int
    """The number of the candidate."""
    evidence: Evidence | None = None
    """What the candidate answers; a later diagnosis of the campaign may not find it any more."""
    curve: tuple[GatePoint, ...] = ()
    pairs: tuple[GatePair, ...] = ()
    audit: tuple[GatePair, ...] = ()
    """Pairs behind a promotion, where the job asks for them."""
    audit_delta: float | None = None


class CampaignRecord(Frozen):
    """A campaign so far, or at its end: a function of its config and its ledger.

    Args:
        id: of its folder.
        prompt: the name in a registry of the prompt that is refined: `JOB.PROMPT`.
        spec: what the job says.
        started_at: in seconds since the epoch.
        stage: where it is.
        stop: why it ended; None as long as it has not.
        why: the same in a line.
        original: the champion as the campaign found it.
        champion: the champion now.
        metric_sha: digest of the metric and what computes it.
        preflight: what was said before it began.
        observed: episodes of the champion that were looked at.
        success: of the champion in them.
        evidence: all clusters of the newest diagnosis.
        candidates: by number.
        gates: in order.
        expenses: so far.
        wall_s: since it began, all parts together.
        busy_s: seconds of slots that were in use, for `slot_use`.
        slots: how many there are.
    """

    id: str
    prompt: str
    spec: RefineSpec
    started_at: float = 0.0
    stage: Stage = "preflight"
    stop: StopReason | None = None
    why: str = ""
    original: Bundle
    champion: Bundle
    metric_sha: str = ""
    preflight: Preflight | None = None
    observed: int = 0
    success: float | None = None
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[CandidateRecord, ...] = ()
    gates: tuple[GateRecord, ...] = ()
    expenses: Expenses = Expenses()
    wall_s: float = 0.0
    busy_s: float = 0.0
    slots: int = 0

    @property
    def promoted(self) -> GateRecord | None:
        """The last promotion."""
        return next((gate for gate in reversed(self.gates) if gate.verdict.ruling == "promoted"), None)

    @property
    def decisions(self) -> "CampaignRecord":
        """The same without what depends on when things happened: equal for a campaign that was broken off and goes on.

        Expenses are among that: pairs of a gate that were being played when it was decided, and those of a next
        generation that came to nothing.
        """
        return self.model_copy(update={"expenses": Expenses(), "wall_s": 0.0, "busy_s": 0.0, "slots": 0})

    def spent(self, episodes: Iterable[Result], wall_s: float) -> "CampaignRecord":
        """The same when these are all episodes that were played so far, and so many seconds have passed."""
        played = tuple(episodes)
        busy_s = sum(each.wall_s for each in played)
        return self.model_copy(update={"expenses": self.expenses.played(played), "wall_s": wall_s, "busy_s": busy_s})

    @property
    def slot_use(self) -> float:
        """The share of slot time in which an episode was played."""
        return self.busy_s / (self.wall_s * self.slots) if self.wall_s * self.slots else 0.0
