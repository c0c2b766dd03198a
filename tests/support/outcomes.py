"""What came of episodes, for tests that compare it."""

from wardian.scoring.essence import essences as essence
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

__all__ = ["essence", "record_of"]


def record_of(finished: Finished) -> Scored:
    """The record, which came along because the episode was played in this process, or nobody had a store for it."""
    assert finished.record is not None
    return finished.record
