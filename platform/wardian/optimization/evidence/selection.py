"""Which clusters are worth an edit: few, for each takes the place of another one."""

from collections.abc import Iterable, Sequence

from wardian.optimization.evidence.clusters import Cluster, Member, clusters_of

__all__ = ["selected"]


def selected(members: Sequence[Member], smallest: int) -> list[Cluster]:
    """Clusters of at least `smallest` failed episodes, those that explain most first.

    A failed episode counts for one cluster: the largest of those whose mending saves it. What is a consequence of a
    mistake, or another name for it, is left with fewer than `smallest` by then, and left out: who mends the one mends
    the other. Failures that are left over, for nobody else made their very mistake, are clusters of all mistakes of
    one kind. Behind the others stand clusters whose mending saves nobody.
    """
    clusters = [cluster for cluster in clusters_of(members) if len(cluster.members) >= smallest]
    chosen = _covering([cluster for cluster in clusters if _explained(cluster)], smallest)
    known = frozenset[str]().union(*map(_explained, chosen))
    rest = [member for member in members if member.trial.outcome == "flipped" and member.key not in known]
    wide = [cluster for cluster in clusters_of(rest, wide=True) if len(cluster.members) >= smallest]
    vain = [cluster for cluster in clusters if not _explained(cluster)]
    return [*chosen, *_covering(wide, smallest), *vain]


def _covering(clusters: Iterable[Cluster], smallest: int) -> list[Cluster]:
    """Those that explain enough episodes which none before them does, the most first."""
    left, chosen, seen = list(clusters), list[Cluster](), set[str]()
    while left:
        best = max(left, key=lambda cluster: len(_explained(cluster) - seen))
        left.remove(best)
        if len(_explained(best) - seen) >= min(smallest, len(_explained(best))):
            chosen.append(best)
            seen |= _explained(best)
    return chosen


def _explained(cluster: Cluster) -> frozenset[str]:
    """The episodes that mending it saves; all, where nobody could try in any of them."""
    flipped = frozenset(member.key for member in cluster.members if member.trial.outcome == "flipped")
    tried = any(member.trial.outcome in ("flipped", "stayed") for member in cluster.members)
    return flipped if tried else frozenset(member.key for member in cluster.members)
