"""One generation: edits of what the strategy asks for, raced against each other."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from wardian.base.bundle import Bundle
from wardian.optimization.campaign.record import CandidateRecord
from wardian.optimization.proposals.edit import Candidate, Refused
from wardian.optimization.proposals.proposer import Assignment, Proposer
from wardian.optimization.search.race import Race
from wardian.optimization.search.runner import Runner
from wardian.optimization.search.strategy import Raced

__all__ = ["Breeders", "Generation", "Origin", "breed"]


class Origin(Protocol):
    """Where a candidate comes from: an assignment, or somebody outside of the campaign."""

    @property
    def number(self) -> int:
        """Which one in the campaign, from 0."""
        ...

    @property
    def parent(self) -> Bundle:
        """The version that it was made from."""
        ...

    @property
    def component(self) -> str:
        """What of it is otherwise."""
        ...

    @property
    def cluster(self) -> str:
        """What it is for, or from whom."""
        ...


@dataclass(frozen=True)
class Breeders:
    """What a generation is made with.

    Args:
        champion: the version to be better than.
        proposer: writes the edits.
        race: of those that came of them.
        tried: content hashes of versions that nobody wants again, the champion's among them.
    """

    champion: Bundle
    proposer: Proposer
    race: Race
    tried: frozenset[str]


@dataclass(frozen=True)
class Generation:
    """What came of it.

    Args:
        number: from 1.
        assignments: what was asked for, or from whom it comes.
        outcomes: what was proposed, in the same order.
        runners: the candidates behind their race.
        finalist: the one that may enter a gate; None where none seems to be better.
    """

    number: int
    assignments: Sequence[Origin]
    outcomes: Sequence[Candidate | Refused]
    runners: Sequence[Runner]
    finalist: Runner | None

    @property
    def raced(self) -> list[Raced]:
        """What the strategy is told."""
        return [runner.raced(self.number, finalist=runner is self.finalist) for runner in self.runners]

    def records(self, gate: int | None) -> list[CandidateRecord]:
        """All proposals as they are kept; `gate` is the one that the finalist enters."""
        running = {runner.number: runner for runner in self.runners}
        kept = []
        for assignment, outcome in zip(self.assignments, self.outcomes, strict=True):
            record = _proposed(self.number, assignment, outcome)
            if (runner := running.get(assignment.number)) is not None:
                gain = runner.gain if runner.rung else 0.0
                raced = {"rung": runner.rung, "pairs": len(runner.deltas), "search_delta": gain}
                entered = gate if runner is self.finalist else None
                record = record.model_copy(update={**raced, "gate": entered})
            kept.append(record)
        return kept


def _proposed(generation: int, assignment: Origin, outcome: Candidate | Refused) -> CandidateRecord:
    made = outcome if isinstance(outcome, Candidate) else None
    return CandidateRecord(
        number=assignment.number,
        generation=generation,
        parent=assignment.parent.sha,
        cluster=assignment.cluster,
        component=assignment.component,
        bundle=made and made.bundle,
        edit=made and made.edit,
        refused=outcome.why if isinstance(outcome, Refused) else "",
        said=outcome.said if isinstance(outcome, Refused) else None,
        cost_usd=outcome.cost_usd,
        tokens=outcome.tokens,
    )


async def breed(number: int, assignments: Sequence[Assignment], crew: Breeders) -> Generation:
    """Edits for all `assignments` at once, and their race, in which nobody waits for the slowest proposal."""
    try:
        known = set(crew.tried)

        async def entered(assignment: Assignment) -> Candidate | Refused:
            outcome = await crew.proposer.propose(assignment)
            if isinstance(outcome, Candidate) and outcome.bundle.sha not in known:
                crew.race.enter(outcome)
            return outcome

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(entered(each)) for each in assignments]
        proposed = [task.result() for task in tasks]
        outcomes = _new_only(assignments, proposed, known)
        found = zip(assignments, outcomes, strict=True)
        runners = await crew.race.run({each.number: made for each, made in found if isinstance(made, Candidate)})
        return Generation(number, assignments, outcomes, runners, _finalist(crew.champion, runners))
    finally:
        crew.race.close()


def _new_only(
    assignments: Sequence[Assignment], proposed: Sequence[Candidate | Refused], tried: Collection[str]
) -> list[Candidate | Refused]:
    """The same, but a text that was tried before, or that an earlier one has, is refused."""
    known, kept = set(tried), list[Candidate | Refused]()
    for assignment, outcome in zip(assignments, proposed, strict=True):
        if isinstance(outcome, Candidate) and outcome.bundle.sha in known:
            kept.append(_known(assignment, outcome))
            continue
        if isinstance(outcome, Candidate):
            known.add(outcome.bundle.sha)
        kept.append(outcome)
    return kept


def _known(assignment: Assignment, candidate: Candidate) -> Refused:
    return Refused(
        cluster=assignment.cluster,
        component=assignment.component,
        why="the same text was tried before",
        text=candidate.bundle.texts.get(assignment.component, ""),
        cost_usd=candidate.cost_usd,
        tokens=candidate.tokens,
    )


def _finalist(champion: Bundle, runners: Sequence[Runner]) -> Runner | None:
    """The best of the last rung, if it seems to be better than the champion, or no worse and shorter."""
    last = max((runner.rung for runner in runners), default=0)
    best = min((each for each in runners if each.rung == last), key=lambda each: each.place, default=None)
    if best is None:
        return None
    shorter = best.candidate.bundle.characters < champion.characters
    return best if best.gain > 0 or (shorter and best.gain == 0) else None
