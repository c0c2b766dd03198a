"""What an edit is aimed at: which component answers which mistake."""

from collections.abc import Sequence

from wardian.base.bundle import RECOVERY
from wardian.optimization.evidence.evidence import Evidence

__all__ = ["component_for"]


def component_for(evidence: Evidence, components: Sequence[str], turn: int) -> str:
    """The component to edit for a mistake, out of those that may be; `turn` counts the edits for it so far.

    What is closest to the mistake has the first turn: the argument's words, the tool's, those about errors. Then all
    others have theirs, in the order of the job.
    """
    close = [f"tool:{evidence.tool}.arg:{evidence.about}", f"tool:{evidence.tool}.description"]
    if evidence.detector == "dead_end_no_recovery":
        close.insert(0, RECOVERY)
    near = [each for each in close if each in components]
    ordered = [*near, *(each for each in components if each not in near)]
    return ordered[turn % len(ordered)]
