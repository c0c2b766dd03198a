"""In how many episodes each kind of mistake occurred: coarser than clusters, which also tell tools and tasks apart."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from wardian.scoring.failures.report import Kind, arm_counts
from wardian.scoring.failures.symptom import Detector, Symptom, name_of

__all__ = ["KindTally", "kind_of"]

CHECKED: Final[frozenset[Detector]] = frozenset({"policy_violation", "unexplained"})
"""What these are about is a check's name; of all others it is a place."""


def kind_of(symptom: Symptom) -> str:
    """The detector, and the check where it is about one."""
    return name_of(symptom.detector, symptom.about if symptom.detector in CHECKED else "")


@dataclass
class Members:
    """The episodes with one kind of mistake."""

    arms: Counter[str] = field(default_factory=Counter)
    succeeded: int = 0
    decisive: int = 0


class KindTally:
    """Counts an episode once for each kind. A decisive step is none of its own: it is one of the mistakes."""

    def __init__(self) -> None:
        self._kinds: dict[str, Members] = {}

    def count(self, arm: str, symptoms: Iterable[Symptom], blamed: Collection[Symptom], *, good: bool) -> None:
        """Take one more episode of `arm`; `blamed` are those of its symptoms with which it was lost."""
        lost = {kind_of(symptom) for symptom in blamed}
        for kind in {kind_of(symptom) for symptom in symptoms if symptom.detector != "decisive_step"}:
            members = self._kinds.setdefault(kind, Members())
            members.succeeded += good
            if not good:
                members.arms[arm] += 1
                members.decisive += kind in lost

    def kinds(self) -> tuple[Kind, ...]:
        """Those that failed episodes have, the most frequent first."""
        kinds = (
            Kind(
                name=name,
                failed=members.arms.total(),
                succeeded=members.succeeded,
                decisive=members.decisive,
                arms=arm_counts(members.arms),
            )
            for name, members in self._kinds.items()
            if members.arms
        )
        return tuple(sorted(kinds, key=lambda kind: (-kind.failed, kind.name)))
