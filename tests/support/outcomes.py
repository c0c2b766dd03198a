"""What came of episodes, for tests that compare it."""

from wardian.episodes.record import Episode
from wardian.scoring.essence import essences as essence
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

__all__ = ["essence", "passed", "record_of"]


def record_of(finished: Finished) -> Scored:
    """The record, which came along because the episode was played in this process, or nobody had a store for it."""
    assert finished.record is not None
    return finished.record


def passed(episode: Episode) -> dict[str, bool]:
    """Whether each check of an episode that was examined passed, by its name."""
    assert episode.findings is not None, episode.failure
    return {check.name: check.passed for check in episode.findings.checks}
