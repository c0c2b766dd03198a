"""One episode in the list of the page."""

from dataclasses import dataclass
from typing import Literal

from wardian.reports.page.groups import Group, group_of
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

__all__ = ["Entry", "Outcome"]

Outcome = Literal["success", "fail", "missing"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of an episode without its trajectory.

    Args:
        finished: its numbers, and where its record is.
        template: of its task.
        stop: what ended it.
        calls: how many tools were called.
        errors: how many of these calls failed.
        faults: how many of them the world disturbed.
        group: with which others it failed.
    """

    finished: Finished
    template: str
    stop: str
    calls: int
    errors: int
    faults: int
    group: Group | None

    @classmethod
    def of(cls, finished: Finished, scored: Scored) -> "Entry":
        """The entry of an episode."""
        seen = [event.observation for event in scored.episode.acted]
        return cls(
            finished=finished,
            template=scored.episode.spec.task.template,
            stop=scored.episode.stop,
            calls=len(seen),
            errors=sum(each.error is not None for each in seen),
            faults=sum(each.fault is not None for each in seen),
            group=group_of(scored),
        )

    @property
    def outcome(self) -> Outcome:
        """Whether it succeeded; `missing` when somebody else than the agent is to blame for its end."""
        result = self.finished.result
        if result.missing is not None:
            return "missing"
        return "success" if result.values["success"] == 1.0 else "fail"
