"""A step: one question to a model, by a name that stays the same when the episode is played again."""

from dataclasses import dataclass, field
from typing import Annotated, Final

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from wardian.models.recorded import Answered, CutOff, Failed

__all__ = ["RecordedStep", "Reply", "Step", "decoded", "encoded", "episode_in"]


@dataclass(frozen=True, slots=True)  # one for every call
class Step:
    """Which question this is.

    Args:
        episode: the episode's key.
        attempt: of playing it, from 1.
        path: where in the episode, such as `t3/agent`.
        model: who is asked, by the name in the pool.
        question: hash of all that is asked.
        place: how many equal ones were asked at this path before.
        at: when it was recorded, in seconds since the epoch.
    """

    episode: str
    attempt: int
    path: str
    model: str
    question: str
    place: int = 0
    at: float = field(default=0.0, compare=False)

    @property
    def turn(self) -> str:
        """The part of the episode to which it belongs."""
        return turn_of(self.path)


STEP: Final = TypeAdapter(Step)
Reply = Answered | CutOff | Failed
"""What came of a step."""
REPLY: Final[TypeAdapter[Reply]] = TypeAdapter(Annotated[Reply, Field(discriminator="kind")])
RecordedStep = tuple[Step, Reply]


def turn_of(path: str) -> str:
    """The first part of a path."""
    return path.partition("/")[0]


def encoded(step: Step, reply: Reply) -> bytes:
    """Both as a payload: the episode's key, the step, the reply, a line each."""
    return b"\n".join((step.episode.encode(), orjson.dumps(step), reply.__pydantic_serializer__.to_json(reply)))


def episode_in(payload: bytes) -> str:
    """The episode's key, without reading the rest."""
    return payload[: payload.find(b"\n")].decode(errors="replace")


def decoded(payload: bytes) -> RecordedStep | None:
    """What `encoded` made a payload of; None when another version of Wardian did."""
    try:
        _, step, reply = payload.split(b"\n", 2)
        return STEP.validate_json(step), REPLY.validate_json(reply)
    except (ValueError, ValidationError):
        return None
