"""An episode beside the reference's of the same task, read once for all detectors."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wardian.environments.change import Change
from wardian.environments.findings import CheckResult
from wardian.episodes.record import Episode
from wardian.scoring.effects import Row, row_of, touches
from wardian.scoring.failures.effects import difference
from wardian.scoring.failures.purpose import nearest, purpose_of
from wardian.scoring.outcome import succeeded
from wardian.scoring.walk import Signature, Step, Walk

__all__ = ["Case"]


@dataclass(frozen=True)
class Case:
    """What detectors look at; `reference` is None where nobody could play it."""

    walk: Walk
    reference: Walk | None = None

    @classmethod
    def of(cls, episode: Episode, reference: Episode | None = None) -> "Case":
        """Read both."""
        return cls(Walk.of(episode), None if reference is None else Walk.of(reference))

    @cached_property
    def succeeded(self) -> bool:
        """Whether all required checks passed."""
        return succeeded(self.walk)

    @property
    def failed_checks(self) -> tuple[CheckResult, ...]:
        """Required checks that did not pass."""
        findings = self.walk.episode.findings
        checks = () if findings is None else findings.checks
        return tuple(check for check in checks if check.required and not check.passed)

    @cached_property
    def missing(self) -> tuple[Change, ...]:
        """Net changes that the reference makes and the agent did not."""
        findings = self.walk.episode.findings
        return () if findings is None else difference(findings.expected, findings.actual)

    @cached_property
    def unwanted(self) -> tuple[Change, ...]:
        """Net changes that the agent made and the reference does not."""
        findings = self.walk.episode.findings
        return () if findings is None else difference(findings.actual, findings.expected)

    @cached_property
    def harmful(self) -> tuple[Step, ...]:
        """The agent's calls that changed a row which has an unwanted change in the end."""
        rows = _rows(self.unwanted)
        return tuple(step for step in self.walk.steps if rows and touches(step, rows))

    @cached_property
    def strange(self) -> tuple[Step, ...]:
        """The agent's calls that are none of the reference's; of equal ones the first are too many."""
        wanted = Counter(map(purpose_of, self._wanted))
        surplus = [made[: max(len(made) - wanted[purpose], 0)] for purpose, made in self._by_purpose.items()]
        strange = (step for steps in surplus for step in steps)
        return tuple(sorted(strange, key=lambda step: step.position))

    @cached_property
    def undone(self) -> tuple[tuple[Step, Step | None], ...]:
        """Calls of the reference that the agent did not make and whose work is missing, each with what stands for it.

        Where rows are missing, those are the calls that change them. Where the world does not say what a call changes,
        all that change something count; where that is done, or no call changes what is missing, those that look.
        """
        pairs, free = list[tuple[Step, Step | None]](), list(self.strange)
        for wanted in self._open(self._relevant()):
            alike = self._reworded(wanted)
            stand_in = alike[-1] if alike else nearest(wanted, free)
            pairs.append((wanted, stand_in))
            if stand_in in free:
                free.remove(stand_in)
        return tuple(pairs)

    @cached_property
    def reworded(self) -> tuple[tuple[Step, Step], ...]:
        """Calls of the reference that change something and that the agent made in other words, each beside its own."""
        ours = {step.signature for step in self.walk.steps}
        missed = (step for step in self._wanted if step.acted.changed and step.signature not in ours)
        return tuple((wanted, made[-1]) for wanted in missed if (made := self._reworded(wanted)))

    def _reworded(self, wanted: Step) -> list[Step]:
        """The agent's calls for the same that came through, and that are no other call of the reference."""
        others = {step.signature for step in self._wanted} - {wanted.signature}
        return [step for step in self._alike(wanted) if not step.failed and step.signature not in others]

    def _relevant(self) -> Sequence[Step]:
        changing = [step for step in self._wanted if step.acted.changed]
        looking = [step for step in self._wanted if not step.acted.observation.changes and not step.failed]
        if self.missing:
            rows = _rows(self.missing)
            return [step for step in changing if touches(step, rows)] or looking
        if self.unwanted:
            return ()
        return looking if self._says_changes() or not self._open(changing) else changing

    def _open(self, wanted: Sequence[Step]) -> list[Step]:
        """Those that the agent did not make, each once.

        Other words for the same make no other call, unless it came through and what it was for is not there.
        """
        made = {step.signature for step in self.walk.steps}
        open_calls: dict[Signature, Step] = {}
        for step in wanted:
            alike = self._alike(step)
            if not alike or (self.missing and step.signature not in made and not all(each.failed for each in alike)):
                open_calls.setdefault(purpose_of(step), step)
        return list(open_calls.values())

    def _alike(self, wanted: Step) -> list[Step]:
        """The agent's calls for the same."""
        return self._by_purpose.get(purpose_of(wanted), [])

    @cached_property
    def _by_purpose(self) -> dict[Signature, list[Step]]:
        found: dict[Signature, list[Step]] = {}
        for step in self.walk.steps:
            found.setdefault(purpose_of(step), []).append(step)
        return found

    @property
    def _wanted(self) -> Sequence[Step]:
        return () if self.reference is None else self.reference.steps

    def _says_changes(self) -> bool:
        findings = self.walk.episode.findings
        return findings is not None and bool(findings.expected or findings.actual)


def _rows(changes: Sequence[Change]) -> set[Row]:
    return {row_of(change) for change in changes}
