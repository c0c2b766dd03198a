"""Members of known skill and correlation, and a judge of known skill, on questions with known answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scipy import special
from support.judges import shown, verdict

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Origin, Request
from wardian.base.usage import CallTiming, Usage
from wardian.specs.questions import Question

__all__ = ["Exam", "ExamJudge", "Examinee"]


@dataclass(frozen=True)
class Exam:
    """Questions of one letter; who is wrong gives any of the others, each as often."""

    size: int
    seed: int = 0
    choices: str = "ABCD"

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(Question(id=str(n), prompt=f"Question {n}?", gold=(self.gold(str(n)),)) for n in range(self.size))

    def gold(self, question: str) -> str:
        return random_stream(self.seed, "gold", question).choice(self.choices)

    def wrong(self, question: str, *who: str) -> str:
        others = [each for each in self.choices if each != self.gold(question)]
        return random_stream(self.seed, "wrong", question, *who).choice(others)

    def difficulty(self, question: str) -> float:
        """A normal number, the same for all who answer it."""
        return random_stream(self.seed, "difficulty", question).gauss(0, 1)


@dataclass
class Examinee:
    """Right with probability `skill`; `correlation` is the questions' part of what makes it right or wrong.

    `steady` is the part of the rest that stays the same from one draw to the next.
    """

    name: str
    exam: Exam
    skill: float
    correlation: float = 0.5
    steady: float = 0.0
    seconds: float = 1.0
    cost: float = 1.0
    asked: int = 0

    async def complete(self, request: Request) -> Completion:
        assert request.origin is not None
        self.asked += 1
        question, path = _question(request.origin), request.origin.path
        seconds = self.seconds * random_stream(self.exam.seed, self.name, "time", question, path).lognormvariate(0, 0.3)
        await SystemClock().sleep(seconds)
        right = self._behind(question, path) < special.ndtri(self.skill)
        said = self.exam.gold(question) if right else self.exam.wrong(question, self.name, path)
        return Completion(
            message=Message(role="assistant", content=said),
            finish="stop",
            model=self.name,
            usage=Usage(input_tokens=20, output_tokens=1),
            cost_usd=self.cost,
            timing=CallTiming(total_s=seconds),
            simulated=True,
        )

    def _behind(self, question: str, path: str) -> float:
        own = random_stream(self.exam.seed, self.name, "own", question).gauss(0, 1)
        draw = random_stream(self.exam.seed, self.name, "draw", question, path).gauss(0, 1)
        rest = math.sqrt(self.steady) * own + math.sqrt(1 - self.steady) * draw
        shared = self.exam.difficulty(question)
        return math.sqrt(self.correlation) * shared + math.sqrt(1 - self.correlation) * rest


@dataclass
class ExamJudge:
    """Reads the candidates that it is shown, and puts a right one first with probability `skill` where there is one.

    Asked for an answer of its own, it gives that one's.

    `biased`: how often it takes the first one it is shown, whatever that says.
    """

    name: str
    exam: Exam
    skill: float
    biased: float = 0.0
    seconds: float = 0.2
    cost: float | None = 0.1

    async def complete(self, request: Request) -> Completion:
        assert request.origin is not None
        await SystemClock().sleep(self.seconds)
        candidates = shown(request)
        ranking = self._ranking(_question(request.origin), candidates)
        asked = "".join(message.content for message in request.messages)
        return Completion(
            message=Message(
                role="assistant", content=verdict(*ranking) if '"ranking"' in asked else candidates[ranking[0]]
            ),
            finish="stop",
            model=self.name,
            usage=Usage(input_tokens=100, output_tokens=10),
            cost_usd=self.cost,
            timing=CallTiming(total_s=self.seconds),
            simulated=True,
        )

    def _ranking(self, question: str, candidates: Mapping[str, str]) -> Sequence[str]:
        labels = list(candidates)
        if random_stream(self.exam.seed, self.name, "bias", question, *candidates.values()).random() < self.biased:
            return labels
        knows = random_stream(self.exam.seed, self.name, "judge", question).random() < self.skill
        gold = self.exam.gold(question)
        return sorted(labels, key=lambda label: ((candidates[label] == gold) != knows, candidates[label]))


def _question(origin: Origin) -> str:
    """The question's id, without the environment that asks it."""
    return origin.task.rpartition("/")[2]
