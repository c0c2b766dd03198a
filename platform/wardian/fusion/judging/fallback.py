"""Who wins where no judge can say: the weighted vote, then who is closest to all others, then who was believed before.

Length is never a reason: it is what bad judges fall for.
"""

import re
from collections.abc import Mapping, Sequence

from wardian.base.fused import Answer, DecidedBy
from wardian.fusion.judging.lineup import prior
from wardian.fusion.judging.proposal import spoken

__all__ = ["fallback"]


def fallback(candidates: Sequence[Answer]) -> tuple[Answer, DecidedBy]:
    """The winner among `candidates` (at least one), and what settled it; their order makes no difference."""
    voices: dict[str, list[Answer]] = {}
    for answer in candidates:
        voices.setdefault(answer.key or answer.seat, []).append(answer)
    weights = {key: sum(each.weight for each in given) for key, given in voices.items()}
    leaders = _most(weights)
    if len(leaders) == 1:
        return prior(voices[leaders[0]]), "vote"
    words = {answer.seat: _words(answer) for answer in candidates}
    closest = _most({key: _closeness(prior(voices[key]), candidates, words) for key in leaders})
    if len(closest) == 1:
        return prior(voices[closest[0]]), "medoid"
    return prior([each for key in closest for each in voices[key]]), "prior"


def _most(values: dict[str, float]) -> list[str]:
    top = max(values.values())
    return [key for key, value in values.items() if value >= top - 1e-9]


def _closeness(answer: Answer, candidates: Sequence[Answer], words: Mapping[str, frozenset[str]]) -> float:
    """How much of its words others share, weighted: sum of Jaccard similarities."""
    own = words[answer.seat]
    return sum(other.weight * _shared(own, words[other.seat]) for other in candidates if other is not answer)


def _shared(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two) if one | two else 1.0


def _words(answer: Answer) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", spoken(answer).casefold()))
