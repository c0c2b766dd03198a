"""The seats of a panel: who is asked, and how often."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.messages import Request, Sampling
from wardian.specs.fusion.member import MemberSpec

__all__ = ["Seat", "seats_of"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One voice of a panel.

    Args:
        name: unique on its panel: the model's name, numbered where that has several voices.
        client: who answers.
        spec: what the config says of the member.
        path: how its question is named among the others' (`Origin.path`).
        draw: which of the member's samples it is, from 0.
    """

    name: str
    client: ModelClient
    spec: MemberSpec
    path: str
    draw: int = 0

    def question(self, request: Request) -> Request:
        """`request` as it is put to this seat: each has a path of its own, so that the record knows who said what."""
        origin = None if request.origin is None else request.origin.child(self.path)
        sampling = self._sampling(request.sampling)
        return request.model_copy(update={"model": self.client.name, "sampling": sampling, "origin": origin})

    def heard(self, completion: Completion) -> Completion:
        """What the answer means: whoever asks in a form of its own takes the answer out of it."""
        return completion

    def _sampling(self, asked: Sampling) -> Sampling:
        """The request's, with what is special about this seat; equal seeds would draw equal samples."""
        own = {"temperature": self.spec.temperature, "max_tokens": self.spec.max_tokens}
        changed = {key: value for key, value in own.items() if value is not None}
        if asked.seed is not None and self.draw:
            changed["seed"] = asked.seed + self.draw
        return asked.model_copy(update=changed) if changed else asked


def seats_of(members: Sequence[MemberSpec], clients: Mapping[str, ModelClient]) -> tuple[Seat, ...]:
    """The seats of `members` in the order of the config, each sample its own."""
    voices = Counter(member.model for member in members for _ in range(member.samples))
    taken: Counter[str] = Counter()
    seats: list[Seat] = []
    for member in members:
        for draw in range(member.samples):
            taken[member.model] += 1
            name = member.model if voices[member.model] == 1 else f"{member.model}#{taken[member.model]}"
            seats.append(Seat(name, clients[member.model], member, str(len(seats) + 1), draw))
    return tuple(seats)
