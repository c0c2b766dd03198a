"""Which clusters are worth an edit: few, for each takes the place of another one."""

from collections.abc import Iterable

from wardian.optimization.evidence.clusters import Cluster

__all__ = ["selected"]


def selected(clusters: Iterable[Cluster], smallest: int) -> list[Cluster]:
    """Those of at least `smallest` failed episodes, those that explain most first.

    A failed episode counts for one cluster: the largest of those whose mending saves it. What is a consequence of a
    mistake, or another name for it, is left with fewer than `smallest` by then, and left out: who mends the one mends
    the other. Behind the others stand clusters whose mending saves nobody.
    """
    left = [cluster for cluster in clusters if len(cluster.members) >= smallest]
    vain = [cluster for cluster in left if not _explained(cluster)]
    left = [cluster for cluster in left if _explained(cluster)]
    chosen, seen = list[Cluster](), set[str]()
    while left:
        best = max(left, key=lambda cluster: len(_explained(cluster) - seen))
        left.remove(best)
        if len(_explained(best) - seen) >= min(smallest, len(_explained(best))):
            chosen.append(best)
            seen |= _explained(best)
    return [*chosen, *vain]


def _explained(cluster: Cluster) -> frozenset[str]:
    """The episodes that mending it saves; all, where nobody could try in any of them."""
    flipped = frozenset(member.key for member in cluster.members if member.trial.outcome == "flipped")
    tried = any(member.trial.outcome in ("flipped", "stayed") for member in cluster.members)
    return flipped if tried else frozenset(member.key for member in cluster.members)
