"""One simulated model: its skill, its speed, and what it says."""

import math
import random
from collections.abc import Callable

from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.simulator.answering import answered
from wardian.simulator.asker import Asker
from wardian.simulator.behaviour import respond
from wardian.simulator.conversation import Conversation
from wardian.simulator.debating import convinced, debated, heard_with, positions_in
from wardian.simulator.judging import Shown, instructed, judged
from wardian.simulator.knowledge import Knowledge
from wardian.simulator.reflecting import Wanted, reflected
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
        seed: the provider's seed; with name, episode, step and seat it decides every mistake.
    """

    def __init__(self, name: str, spec: SkillSpec, seed: int) -> None:
        self.name = name
        self.spec = spec
        self._seed = seed
        self._skill = Skill(spec)

    def answer(
        self,
        conversation: Conversation,
        script: Script | None,
        asker: Asker,
        tools: Callable[[], str] = lambda: "",
    ) -> tuple[Message, float]:
        """The next message, and the seconds that it takes to write; `tools` gives what it is told about them."""
        step = len(conversation.messages)
        seat = (asker.seat,) if asker.seat else ()
        stream = random_stream(self._seed, self.name, asker.episode, step, *seat)
        message = self._known(conversation, script, asker, stream) or self._step(conversation, script, stream, tools)
        return message, self._latency(stream)

    def _step(
        self, conversation: Conversation, script: Script | None, stream: random.Random, tools: Callable[[], str]
    ) -> Message:
        if script is None:
            return self._chat(conversation)
        rates = self._skill.rates(conversation.system_prompt, tools() if self._skill.reads_tools else "")
        return respond(script, conversation.messages, rates, rates.recovery, stream)

    def _known(
        self, conversation: Conversation, script: Script | None, asker: Asker, stream: random.Random
    ) -> Message | None:
        """What it says as a judge, as one who proposes edits, or to a question with a known answer; None otherwise."""
        judging, answering, reflecting = self.spec.judging, self.spec.answering, self.spec.reflecting
        if judging is None and answering is None and reflecting is None:
            return None
        turns, knowledge = conversation.messages, Knowledge(script)
        if reflecting is not None and (wanted := Wanted.of(turns)) is not None:
            text = reflected(wanted, reflecting, random_stream(self._seed, self.name, "reflecting", wanted.prompt))
        elif judging is not None and (shown := Shown.of(turns)) is not None:
            texts = sorted(shown.texts.values())
            draws = random_stream(self._seed, self.name, "judging", asker.episode, asker.task, *texts)
            text = judged(shown, knowledge, instructed(judging, conversation.system_prompt), draws, stream)
        elif answering is not None and (positions := positions_in(turns)):
            told = heard_with(turns)
            text = debated(turns, positions, knowledge, convinced(answering, told), stream)
        elif answering is not None and knowledge.of_question:
            text = answered(knowledge, answering, random_stream(self._seed, "question", asker.task), stream)
        else:
            return None
        return Message(role="assistant", content=text)

    def _chat(self, conversation: Conversation) -> Message:
        """Something to say to somebody who tries the server by hand."""
        said = conversation.last_words[:LONGEST_ECHO]
        return Message(role="assistant", content=f"I am {self.name}, a simulated model. You said: {said}")

    def _latency(self, stream: random.Random) -> float:
        median, sigma = self.spec.latency_s, self.spec.latency_sigma
        if not median or not sigma:
            return median
        return stream.lognormvariate(math.log(median), sigma)
