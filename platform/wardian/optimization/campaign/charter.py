"""What a campaign is given: what it is for, and who does its work."""

from collections.abc import Callable
from dataclasses import dataclass

from wardian.base.bundle import Bundle
from wardian.base.frozen import Frozen
from wardian.optimization.campaign.lineage import Recorder
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
        earlier_s: how long it was played before, where it goes on.
    """

    id: str
    prompt: str
    spec: RefineSpec
    metric_sha: str = ""
    started_at: float = 0.0
    earlier_s: float = 0.0


@dataclass(frozen=True)
class Crew:
    """Who does a campaign's work; the campaign itself only decides what comes next."""

    evaluator: Evaluator
    diagnostician: Diagnostician
    proposer: Proposer
    strategy: SearchStrategy | OwnSearch
    gate: OpenGate
    recorder: Recorder
