"""What one look at a champion came to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from wardian.base.frozen import Frozen
from wardian.scoring.result import Result

__all__ = ["Finding", "Look", "Seen"]

Finding = Literal["first", "as_good", "worse", "untold", "broken_off"]


class Look(Frozen):
    """One look at an agent.

    Args:
        run: in which it was looked at.
        folder: of that run.
        url: opens it, when it is kept elsewhere.
        agent: its name.
        metric: what is looked at.
        finding: what was found; `first`: there is nothing to hold it against, `untold`: too few episodes have a score.
        exit_code: of a command that ends with this look.
        before: the run that it was held against.
        why: in a few words, where nothing was found.
        campaign: none came of it; one that does has a document of its own.
    """

    run: str
    folder: str
    url: str | None = None
    agent: str
    metric: str
    finding: Finding
    exit_code: int = 0
    before: str | None = None
    why: str = ""
    campaign: None = None

    @property
    def broken_off(self) -> bool:
        """Whether somebody or something has ended it."""
        return self.finding == "broken_off"

    @property
    def line(self) -> str:
        """The same for a person."""
        what = f"{self.metric} of '{self.agent}'"
        said = {
            "first": f"the first look at '{self.agent}'; later ones are held against it",
            "as_good": f"{what} is as good as it was, as far as can be seen (beside {self.before})",
            "worse": f"{what} has become worse (beside {self.before})",
            "untold": f"{self.why}: too few to say whether {what} has become worse",
            "broken_off": self.why,
        }
        return f"{self.run}: {said[self.finding]}"


@dataclass(frozen=True)
class Seen:
    """An agent's episodes in a run.

    Args:
        episodes: their keys.
        scored: how many of them have a score.
    """

    episodes: frozenset[str]
    scored: int

    @classmethod
    def of(cls, agent: str, results: Iterable[Result]) -> Self:
        """Those of `results` that are the agent's."""
        own = [each for each in results if each.arm == agent]
        return cls(frozenset(each.episode for each in own), sum(not each.again for each in own))

    def enough(self, coverage: float) -> bool:
        """Whether at least this share of them has a score, and there is one."""
        return self.scored > 0 and self.scored >= coverage * len(self.episodes)
