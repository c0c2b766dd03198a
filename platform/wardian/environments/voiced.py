"""A world in which a model speaks for the user."""

from collections.abc import Sequence
from dataclasses import replace

from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin
from wardian.environments.environment import Environment
from wardian.environments.life.life import parted
from wardian.environments.voice import Voice
from wardian.environments.wrapped import WrappedEnvironment

__all__ = ["VoicedWorld"]

_LENGTH_BYTES = 4


class VoicedWorld(WrappedEnvironment):
    """What users mean, know and decide is the inner world's business; a model finds the words.

    Episodes in it are stochastic: another time the model says something else.

    Args:
        inner: the world.
        voice: the user's.
        origin: whose episode it is; its path is replaced.
    """

    def __init__(self, inner: Environment, voice: Voice, origin: Origin) -> None:
        super().__init__(inner)
        self._voice = voice
        self._origin = origin
        self._turn = 0
        self._asked: list[Completion] = []

    async def open(self, seed: int) -> Sequence[Message]:
        """The inner opening, its last message in the model's words."""
        *rest, first = await self._inner.open(seed)
        return [*rest, first.model_copy(update={"content": await self._say(first.content, "")})]

    async def reply(self, text: str) -> str | None:
        """What the user means, in the model's words."""
        answer = await self._inner.reply(text)
        if answer is None:
            return None
        news, meaning = parted(answer)
        words = await self._say(meaning, text) if meaning else ""
        return "\n\n".join(filter(None, (news, words)))

    async def _say(self, meaning: str, heard: str) -> str:
        origin = replace(self._origin, path=f"t{self._turn}/user")
        self._turn += 1
        spoken = await self._voice.say(meaning, heard, origin)
        self._asked += spoken.asked
        return spoken.text

    def voiced(self) -> tuple[Completion, ...]:
        """What the model answered since this was asked last."""
        asked, self._asked = tuple(self._asked), []
        return asked

    def snapshot(self) -> bytes:
        """The inner world's, and which turn it is."""
        return self._turn.to_bytes(_LENGTH_BYTES, "big") + self._inner.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from there."""
        self._turn = int.from_bytes(snapshot[:_LENGTH_BYTES], "big")
        self._inner.restore(snapshot[_LENGTH_BYTES:])
