"""An episode beside the reference's of the same task, read once for all detectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wardian.environments.change import Change
from wardian.environments.findings import CheckResult
from wardian.episodes.record import Episode
from wardian.scoring.failures.effects import Row, difference, row_of, touches
from wardian.scoring.failures.purpose import purpose_of
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
    def purposes(self) -> frozenset[Signature]:
        """What the calls of the reference are for."""
        return frozenset(map(purpose_of, self._wanted))

    @cached_property
    def undone(self) -> tuple[Step, ...]:
        """Calls of the reference that the agent did not make, each once, as far as their work is missing.

        Where rows are missing, those are the calls that change them. Where the world does not say what a call changes,
        all that change something count; where there is nothing to change, or all of it is done, those that look.
        """
        made = {purpose_of(step) for step in self.walk.steps}
        open_calls = {purpose_of(step): step for step in self._relevant() if purpose_of(step) not in made}
        return tuple(open_calls.values())

    @property
    def _wanted(self) -> Sequence[Step]:
        return () if self.reference is None else self.reference.steps

    def _relevant(self) -> Sequence[Step]:
        changing = [step for step in self._wanted if step.acted.changed]
        if self.missing:
            rows = _rows(self.missing)
            return [step for step in changing if touches(step, rows)] or changing
        if changing and not self._says_changes():
            return changing
        return [step for step in self._wanted if not step.acted.changed and not step.failed]

    def _says_changes(self) -> bool:
        findings = self.walk.episode.findings
        return findings is not None and bool(findings.expected or findings.actual)


def _rows(changes: Sequence[Change]) -> set[Row]:
    return {row_of(change) for change in changes}
