"""One simulated model: its skill, its speed, and what it says."""

import math
import random

from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.simulator.behaviour import respond
from wardian.simulator.conversation import Conversation
from wardian.simulator.script import Script
from wardian.simulator.skill import Skill
from wardian.specs.models import SkillSpec

__all__ = ["SimulatedModel"]

LONGEST_ECHO = 200


class SimulatedModel:
    """Answers conversations. The same question in the same episode always gets the same answer.

    Args:
        name: its name at the provider.
        spec: what it is good at.
        seed: the provider's seed; with name, episode and step it decides every mistake.
    """

    def __init__(self, name: str, spec: SkillSpec, seed: int) -> None:
        self.name = name
        self.spec = spec
        self._seed = seed
        self._skill = Skill(spec)

    def answer(self, conversation: Conversation, script: Script | None, episode: str) -> tuple[Message, float]:
        """The next message, and the seconds that it takes to write."""
        stream = random_stream(self._seed, self.name, episode, len(conversation.messages))
        if script is None:
            message = self._chat(conversation)
        else:
            rates = self._skill.rates(conversation.system_prompt)
            message = respond(script, conversation.messages, rates, self.spec.recovery, stream)
        return message, self._latency(stream)

    def _chat(self, conversation: Conversation) -> Message:
        """Something to say to somebody who tries the server by hand."""
        said = conversation.last_words[:LONGEST_ECHO]
        return Message(role="assistant", content=f"I am {self.name}, a simulated model. You said: {said}")

    def _latency(self, stream: random.Random) -> float:
        median, sigma = self.spec.latency_s, self.spec.latency_sigma
        if not median or not sigma:
            return median
        return stream.lognormvariate(math.log(median), sigma)
