"""What a campaign is given: what it is for, and who does its work."""

from collections.abc import Callable
from dataclasses import dataclass

from wardian.base.bundle import Bundle
from wardian.base.frozen import Frozen
from wardian.optimization.campaign.lineage import Recorder
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.evaluator import Evaluator
from wardian.optimization.evidence.diagnostician import Diagnostician
from wardian.optimization.gate.gate import Gate
from wardian.optimization.proposals.proposer import Proposer
from wardian.optimization.search.own_search import OwnSearch
from wardian.optimization.search.strategy import SearchStrategy
from wardian.specs.refinement import GateSpec, RefineSpec

__all__ = ["Charter", "Crew", "OpenGate"]

OpenGate = Callable[[GateSpec, str, int, str, Bundle, Bundle], Gate]
"""A gate from (spec, metric, its number in the lineage, namespace of its seeds, champion, candidate): `PairGate`."""


class Charter(Frozen):
    """What a campaign is for.

    Args:
        id: of its folder.
        prompt: the name in a registry of the prompt that is refined: `JOB.PROMPT`.
        spec: what the job says.
        metric_sha: digest of the metric and what computes it.
        started_at: in seconds since the epoch, when it began for the first time.
        before: how far it was, where it goes on.
    """

    id: str
    prompt: str
    spec: RefineSpec
    metric_sha: str = ""
    started_at: float = 0.0
    before: CampaignRecord | None = None

    @property
    def earlier_s(self) -> float:
        """How long it was played before."""
        return 0.0 if self.before is None else self.before.wall_s

    @property
    def left_s(self) -> float | None:
        """How long it may be played; None for as long as it takes."""
        wall_s = self.spec.budget.wall_s
        return None if wall_s is None else max(0.0, wall_s - self.earlier_s)


@dataclass(frozen=True)
class Crew:
    """Who does a campaign's work; the campaign itself only decides what comes next."""

    evaluator: Evaluator
    diagnostician: Diagnostician
    proposer: Proposer
    strategy: SearchStrategy | OwnSearch
    gate: OpenGate
    recorder: Recorder
