"""Candidates side by side, as a judge sees them: in an order that depends on what they say and on nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from string import ascii_uppercase

from wardian.base.fused import Answer
from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.fusion.judging.proposal import content_hash, shortened, spoken, without_names
from wardian.specs.fusion.judge import JudgeSpec

__all__ = ["Lineup", "drawn_nonce", "line_up", "prior"]

NONCE_BITS = 64


@dataclass(frozen=True, slots=True)
class Lineup:
    """Candidates in the order in which they are shown; those that are equal to the character stand there once.

    Args:
        labels: how they are called before the judge.
        texts: what they say, as shown.
        groups: who said it, in the order of the config.
        nonce: what marks the ends of untrusted text; no candidate can know it.
    """

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    groups: tuple[tuple[Answer, ...], ...]
    nonce: str

    @property
    def seats(self) -> tuple[str, ...]:
        """Of all candidates, in the order shown."""
        return tuple(answer.seat for group in self.groups for answer in group)

    def named(self, label: str) -> tuple[Answer, ...]:
        """Who stands behind `label`."""
        return self.groups[self.labels.index(label)]

    def turned(self) -> "Lineup":
        """The same from the other end, with labels that say nothing of the first order."""
        return Lineup(self.labels, self.texts[::-1], self.groups[::-1], self.nonce)


def line_up(candidates: Sequence[Answer], spec: JudgeSpec, seed: int) -> Lineup:
    """`candidates` sorted by what they say, then shuffled by `seed`: the order of members has no part in it."""
    groups: dict[str, list[Answer]] = {}
    for answer in candidates:
        groups.setdefault(_hash(answer), []).append(answer)
    hashes = sorted(groups)
    stream = random_stream(seed, "lineup", *hashes)
    nonce = drawn_nonce(stream)
    stream.shuffle(hashes)
    ordered = tuple(tuple(groups[each]) for each in hashes)
    labels = tuple(_letters(place) if spec.anonymize else group[0].seat for place, group in enumerate(ordered))
    return Lineup(labels, tuple(_shown(group[0], spec) for group in ordered), ordered, nonce)


def drawn_nonce(stream: Random) -> str:
    """What marks untrusted text, out of `stream`: 16 hex digits."""
    return f"{stream.getrandbits(NONCE_BITS):016x}"


def prior(candidates: Sequence[Answer]) -> Answer:
    """Who is believed where nobody can decide: the heaviest, and among equals always the same, whatever their order."""
    return min(candidates, key=lambda answer: (-answer.weight, _hash(answer)))


def _hash(answer: Answer) -> str:
    return content_hash(answer.message or Message(role="assistant"))


def _shown(answer: Answer, spec: JudgeSpec) -> str:
    text = spoken(answer)
    return shortened(without_names(text) if spec.anonymize else text, spec.max_candidate_tokens)


def _letters(place: int) -> str:
    first, last = divmod(place, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[last]
