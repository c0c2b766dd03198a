"""One generation: edits of what the strategy asks for, raced against each other."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wardian.base.bundle import Bundle
from wardian.optimization.campaign.record import CandidateRecord
from wardian.optimization.proposals.edit import Candidate, Refused
from wardian.optimization.proposals.proposer import Assignment, Proposer
from wardian.optimization.search.race import Race, Runner
from wardian.optimization.search.strategy import Raced

__all__ = ["Generation", "breed"]


@dataclass(frozen=True)
class Generation:
    """What came of it.

    Args:
        number: from 1.
        assignments: what was asked for.
        outcomes: what was proposed, in the same order.
        runners: the candidates behind their race.
        finalist: the one that may enter a gate; None where none seems to be better.
    """

    number: int
    assignments: Sequence[Assignment]
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
                raced = {"rung": runner.rung, "pairs": len(runner.deltas), "search_delta": runner.gain}
                entered = gate if runner is self.finalist else None
                record = record.model_copy(update={**raced, "gate": entered})
            kept.append(record)
        return kept


def _proposed(generation: int, assignment: Assignment, outcome: Candidate | Refused) -> CandidateRecord:
    made = outcome if isinstance(outcome, Candidate) else None
    return CandidateRecord(
        number=assignment.number,
        generation=generation,
        parent=assignment.parent.sha,
        cluster=assignment.evidence.name,
        component=assignment.component,
        bundle=made and made.bundle,
        edit=made and made.edit,
        refused=outcome.why if isinstance(outcome, Refused) else "",
        cost_usd=outcome.cost_usd,
    )


async def breed(
    number: int,
    champion: Bundle,
    assignments: Sequence[Assignment],
    proposer: Proposer,
    race: Race,
    tried: Iterable[str],
) -> Generation:
    """Edits for all `assignments` at once, and their race; versions whose content hash was `tried` are refused."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(proposer.propose(each)) for each in assignments]
    outcomes = _new_only(assignments, [task.result() for task in tasks], {*tried, champion.sha})
    paired = zip(assignments, outcomes, strict=True)
    candidates = {each.number: made for each, made in paired if isinstance(made, Candidate)}
    runners = await race.run(champion, candidates) if candidates else []
    return Generation(number, assignments, outcomes, runners, _finalist(champion, runners))


def _new_only(
    assignments: Sequence[Assignment], outcomes: Sequence[Candidate | Refused], known: set[str]
) -> list[Candidate | Refused]:
    """The same, but nothing is played twice under two names."""
    kept: list[Candidate | Refused] = []
    for assignment, outcome in zip(assignments, outcomes, strict=True):
        if isinstance(outcome, Candidate) and outcome.bundle.sha in known:
            text = outcome.bundle.texts.get(assignment.component, "")
            why = "the same text was tried before"
            outcome = Refused(
                cluster=assignment.evidence.name,
                component=assignment.component,
                why=why,
                text=text,
                cost_usd=outcome.cost_usd,
            )
        elif isinstance(outcome, Candidate):
            known.add(outcome.bundle.sha)
        kept.append(outcome)
    return kept


def _finalist(champion: Bundle, runners: Sequence[Runner]) -> Runner | None:
    """The best of the last rung, if it seems to be better than the champion, or no worse and shorter."""
    last = max((runner.rung for runner in runners), default=0)
    best = min((each for each in runners if each.rung == last), key=lambda each: each.place, default=None)
    if best is None:
        return None
    shorter = best.candidate.bundle.characters < champion.characters
    return best if best.gain > 0 or (shorter and best.gain == 0) else None
