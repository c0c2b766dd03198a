"""Generations of which nothing could be read."""

from collections import Counter
from collections.abc import Sequence

from wardian.optimization.campaign.record import CandidateRecord

__all__ = ["reasons", "unread"]


def reasons(proposed: Sequence[CandidateRecord]) -> list[str]:
    """Why proposals were refused, the most frequent first, each with how often: `it changes nothing (3 times)`."""
    counted = Counter(each.refused for each in proposed if each.refused)
    return [why if times == 1 else f"{why} ({times} times)" for why, times in counted.most_common()]


def unread(proposed: Sequence[CandidateRecord]) -> str:
    """Why a whole generation came to nothing, where no answer was an edit; "" where there was one."""
    if not proposed or any(each.said is None for each in proposed):
        return ""
    counted = "; ".join(reasons(proposed))
    look = "look at refine.reflection: sampling.max_tokens, in which reasoning counts, and the model"
    return f"no answer was an edit ({counted}); {look}"
