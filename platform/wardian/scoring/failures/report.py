"""The failures of a run as a value: what is printed, written to disk and read by other programs."""

from collections import Counter
from typing import Literal

from wardian.base.errors import Cause
from wardian.base.frozen import Frozen
from wardian.episodes.hindsight.decisive import Verdict
from wardian.scoring.failures.symptom import TEXT, Detector, name_of

__all__ = [
    "ArmCount",
    "Blame",
    "Cluster",
    "Example",
    "Excluded",
    "Failures",
    "Kind",
    "LookedBack",
    "NotLookedBack",
    "arm_counts",
]

Blame = Literal["user simulator", "environment", "infrastructure", "judge"]
"""Who else than the agent can break an episode."""


class Example(Frozen):
    """Where to look: an episode, and the positions of the steps in its events."""

    episode: str
    arm: str
    task: str
    seed: int
    positions: tuple[int, ...] = ()


class ArmCount(Frozen):
    """How many episodes of an arm."""

    arm: str
    episodes: int


def arm_counts(arms: Counter[str]) -> tuple[ArmCount, ...]:
    """The most first."""
    ranked = sorted(arms.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ArmCount(arm=arm, episodes=episodes) for arm, episodes in ranked)


class Kind(Frozen):
    """Episodes with one kind of mistake, whatever the tool and the task.

    Args:
        name: the detector, and the check where it is about one, as in `policy_violation(confirmed_before_write)`.
        failed: failed episodes that have it; one may have several.
        succeeded: episodes that have it and succeeded all the same.
        decisive: failed ones that were lost with it, as far as somebody has looked back.
        arms: the failed ones by who played, the most first.
    """

    name: str
    failed: int
    succeeded: int = 0
    decisive: int = 0
    arms: tuple[ArmCount, ...] = ()


class Cluster(Frozen):
    """Failed episodes with one symptom in common, on alike tasks.

    Args:
        detector: who found it.
        tool: which tool, see `Symptom`.
        about: what of it, see `Symptom`.
        environment: the environment's name in the job.
        template: of the tasks.
        failed: failed episodes that have it; one may be in several clusters.
        succeeded: episodes that have it and succeeded all the same.
        decisive: failed ones that were lost with it, as far as somebody has looked back.
        arms: the failed ones by who played, the most first.
        examples: some of the failed ones.
    """

    detector: Detector
    tool: str
    about: str
    environment: str
    template: str
    failed: int
    succeeded: int = 0
    decisive: int = 0
    arms: tuple[ArmCount, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def name(self) -> str:
        """The detector and what it is about, as in `wrong_args(order_id)`."""
        return name_of(self.detector, self.about)

    @property
    def repeats(self) -> bool:
        """Whether it says of decisive steps what other clusters say of them already."""
        return self.detector == "decisive_step" and self.about not in ("", TEXT)


class Excluded(Frozen):
    """Episodes that tell nothing about the agent: who is to blame, and for what."""

    blame: Blame
    cause: Cause
    kind: str
    episodes: int


class LookedBack(Frozen):
    """How many failed episodes looking back had this verdict on, see `Hindsight`."""

    verdict: Verdict
    episodes: int


class NotLookedBack(Frozen):
    """How many failed episodes of an environment nobody can look back at, and why."""

    environment: str
    why: str
    episodes: int


class Failures(Frozen):
    """What went wrong in a run.

    Args:
        episodes: those with a score.
        failed: those of them that did not succeed.
        kinds: of mistakes, the most frequent first.
        clusters: the largest first.
        excluded: episodes without a score, by who is to blame.
        without_reference: environments of failed episodes that no reference was played for: nothing is said of their
            missing calls and wrong arguments.
        looked_back: what the search for decisive steps came to; () where nobody asked for it.
        not_looked_back: the failed episodes that it left out.
    """

    episodes: int
    failed: int
    kinds: tuple[Kind, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    without_reference: tuple[str, ...] = ()
    looked_back: tuple[LookedBack, ...] = ()
    not_looked_back: tuple[NotLookedBack, ...] = ()

    @property
    def unexplained(self) -> int:
        """Failed episodes of which no detector says anything."""
        return sum(cluster.failed for cluster in self.clusters if cluster.detector == "unexplained")
