"""Evidence: one kind of mistake, excerpts of where it was made, and what became of the episode when it was mended."""

from wardian.base.frozen import Frozen
from wardian.scoring.failures.symptom import Detector, name_of

__all__ = ["Counterfactual", "Evidence", "Excerpt", "ToolSheet"]


class Excerpt(Frozen):
    """What a reflection model reads of one episode: at most 2,000 tokens.

    Args:
        episode: its key.
        task: its task's key.
        succeeded: whether this is the one that went well.
        turns: the conversation, two turns before and behind the first divergence, one line each.
        difference: what the final state lacks, and what is too much in it.
        mended: what in the place of the mistake would have saved the episode, as far as somebody has tried.
    """

    episode: str
    task: str
    succeeded: bool
    turns: str
    difference: str = ""
    mended: str = ""


class ToolSheet(Frozen):
    """The tool that a mistake is about, as the agent sees it."""

    name: str
    description: str
    parameters: str


class Counterfactual(Frozen):
    """What came of putting the right call in the place of the wrong one.

    Args:
        tried: failed episodes whose world was put back to the step and played again.
        flipped: those of them that succeeded then.
        untold: failed episodes where nobody could: the world is no pure function, or nothing says what is right.
    """

    tried: int = 0
    flipped: int = 0
    untold: int = 0

    @property
    def holds(self) -> bool | None:
        """Whether mending this mistake saves episodes; None where nobody could try."""
        return self.flipped > 0 if self.tried else None


class Evidence(Frozen):
    """One cluster of failed episodes, as a proposer is shown it.

    Args:
        detector: who found the mistake.
        tool: which tool, "" where it is about none.
        about: what of it.
        template: of the tasks, all alike.
        failed: failed episodes with it.
        decisive: those of them that it lost, as far as somebody has looked.
        counterfactual: whether mending it would have helped.
        excerpts: three failures, and one that went well on the same or a similar task.
        sheet: the tool.
    """

    detector: Detector
    tool: str = ""
    about: str = ""
    template: str = ""
    failed: int = 0
    decisive: int = 0
    counterfactual: Counterfactual = Counterfactual()
    excerpts: tuple[Excerpt, ...] = ()
    sheet: ToolSheet | None = None

    @property
    def name(self) -> str:
        """What it is called in a lineage: `policy_violation(confirmed_before_write) cancel_order/returns`."""
        where = "/".join(part for part in (self.tool, self.template) if part)
        return f"{name_of(self.detector, self.about)} {where}".strip()
