"""The simulated user: a state machine over facts, without any model."""

from collections.abc import Callable
from dataclasses import dataclass

from wardian.base.identity import derive_seed
from wardian.base.messages import ToolCall
from wardian.environments.brief import Brief, Deed, Fact, Request, mentions
from wardian.environments.change import Change
from wardian.environments.observation import Observation
from wardian.environments.persona import Persona
from wardian.environments.reading import Reading, read

__all__ = ["Hands", "Mood", "UserSimulator"]

Hands = Callable[[ToolCall], Observation]


@dataclass(slots=True)
class Mood:
    """Where the user stands; all that a snapshot of them needs."""

    request: int = 0
    turns: int = 0
    wasted: int = 0
    told: frozenset[str] = frozenset()
    informed: bool = False
    """Whether the agent has named what the current request is about."""
    consented: bool = False
    fell_back: bool = False
    insisted: bool = False
    heard: frozenset[str] = frozenset()
    """Names of the current request's wishes that were fulfilled, spoken of or asked for."""
    content: bool = False
    """Whether the user has seen for themselves that the current request is settled."""


class UserSimulator:
    """Raises the requests of a brief one after the other, in the manner of a persona.

    Args:
        brief: what they know and want.
        persona: how they talk.
        seed: chooses among their phrases.
        hands: does with the user's own tools what they are told to.
    """

    def __init__(self, brief: Brief, persona: Persona, seed: int, hands: Hands | None = None) -> None:
        self.mood = Mood()
        self.done: tuple[Change, ...] = ()
        """What the user did with their own tools before their last words."""
        self._hands = hands
        self._brief = brief
        self._persona = persona
        self._seed = seed

    @property
    def consented(self) -> bool:
        """Whether the user has said yes to what they are asking for now."""
        return self.mood.consented

    @property
    def _request(self) -> Request:
        return self._brief.requests[self.mood.request]

    def open(self) -> str:
        """The user's first words."""
        return self._say(self._persona.opens, self._request.opening)

    def hear(self, text: str) -> str | None:
        """The user's answer; None when they are gone, satisfied or not."""
        self.mood.turns += 1
        self.done = ()
        if not text.strip():
            return self._waste(self._say(self._persona.silence))
        reading = read(text)
        self._listen(text)
        answers = self._facts(text, reading.questions)
        if self._must_identify(reading, answers):
            return self._answer(answers)
        if (done := self._done_as_told(reading.instructions)) is not None:
            return done
        if reading.hands_over and not reading.asks:
            return None
        if reading.denies and (answer := self._turned_down(text, reading)):
            return answer
        if self._is_settled(text, reading):
            return self._conclude(reading)
        return self._react(text, reading, answers)

    def _must_identify(self, reading: Reading, answers: list[Fact]) -> bool:
        names = {fact.name for fact in answers} & self._brief.identity_names
        return bool(names) and not (reading.proposes and names <= self.mood.told)

    def _is_settled(self, text: str, reading: Reading) -> bool:
        """Whether the text ends the request, whatever else it asks: an answered question, an accepted refusal."""
        if self._request.kind == "question":
            return any(wish.touched_in(text) for wish in self._request.wishes)
        return self._request.kind == "refused" and reading.denies

    def _react(self, text: str, reading: Reading, answers: list[Fact]) -> str | None:
        if reading.proposes:
            return self._consider(text, reading, answers)
        if answers:
            return self._answer(answers)
        if reading.asks and not reading.closes:
            return self._waste(self._say(self._persona.restates, self._request.detail))
        if reading.done or reading.closes or reading.denies or (self.mood.consented and not reading.stalls):
            return self._conclude(reading)
        if reading.offers and not reading.stalls:
            return self._consider(text, reading, [])
        return self._waste(self._say(self._persona.waits))

    def _listen(self, text: str) -> None:
        self.mood.informed = self.mood.informed or not self._request.terms or mentions(self._request.terms, text)
        for wish in self._request.wishes:
            if wish.name not in self.mood.heard and wish.touched_in(text):
                self.mood.heard |= {wish.name}

    def _facts(self, text: str, questions: str) -> list[Fact]:
        """What the agent wants to know, of the things that this user has an answer to.

        Once asked who they are, users give all that is spoken of: "your email? Name and ZIP code work too."
        """
        if not questions:
            return []
        about_me = [fact for fact in self._brief.identity if mentions(fact.asked, questions)]
        if about_me:
            about_me = [fact for fact in self._brief.identity if fact in about_me or mentions(fact.asked, text)]
        return [*about_me, *(fact for fact in self._request.facts if mentions(fact.asked, questions))]

    def _done_as_told(self, instructions: str) -> str | None:
        """What the user reports of what they have just done; None when nothing was to be done."""
        if self._hands is None or not instructions:
            return None
        told = [(deed, call) for deed in self._brief.deeds if (call := deed.call(instructions)) is not None]
        said = [self._slip(deed) or self._do(deed, call, self._hands) for deed, call in told[: self._persona.follows]]
        if not said:
            return None
        report = " ".join(said)
        again = report in self.mood.told
        self.mood.told |= {report}
        return self._waste(report) if again else report

    def _slip(self, deed: Deed) -> str:
        """What somebody says who believes that they have done it; nothing once that has come out."""
        if not deed.mistaken or deed.name not in self._persona.confuses - self.mood.told:
            return ""
        self.mood.told |= {deed.name}
        return deed.mistaken

    def _do(self, deed: Deed, call: ToolCall, hands: Hands) -> str:
        """What the user reports of what they do now."""
        seen = hands(call)
        self.done += seen.changes
        report = deed.report(seen.text, seen.error)
        self.mood.content |= bool(deed.settles) and mentions(deed.settles, report)
        return report

    def _answer(self, facts: list[Fact]) -> str | None:
        names = {fact.name for fact in facts}
        again = names <= self.mood.told
        text = " ".join(self._wording(fact) for fact in facts)
        first = not self.mood.told
        self.mood.told |= names
        if again:
            return self._waste(self._say(self._persona.repeats, text))
        aside = f" {self._say(self._persona.asides)}" if first and self._persona.asides else ""
        return self._say(self._persona.answers, text) + aside

    def _wording(self, fact: Fact) -> str:
        if fact.mistaken and fact.name in self._persona.confuses - self.mood.told:
            return fact.mistaken
        return fact.bare if self._persona.bare and fact.bare and fact.known else fact.answer

    def _consider(self, text: str, reading: Reading, answers: list[Fact]) -> str | None:
        """Say yes to a proposal, or what is wrong with it."""
        wrong = next((item for item in self._request.corrections if item.applies(text)), None)
        if wrong is not None:
            self.mood.consented = False
            return self._waste(self._say(self._persona.corrects, wrong.say))
        if reading.hands_over and self._request.kind != "handover":
            return self._waste(self._say(self._persona.declines))
        if not self.mood.informed:
            return self._waste(self._say(self._persona.clarifies))
        again = self.mood.consented
        self.mood.consented = True
        news = [fact for fact in answers if fact.name not in self.mood.told and fact.known]
        self.mood.told |= {fact.name for fact in news}
        words = " ".join([self._say(self._persona.consents), *(self._wording(fact) for fact in news)])
        return self._waste(words) if again else words

    def _turned_down(self, text: str, reading: Reading) -> str | None:
        """The answer to a no: the second choice or, once, insistence."""
        request = self._request
        if request.fallback and not self.mood.fell_back:
            self.mood.fell_back = True
            fits = (
                reading.proposes and self.mood.informed and not any(item.applies(text) for item in request.corrections)
            )
            if fits and request.kind == "action":
                self.mood.consented = True
                return f"{request.fallback} {self._say(self._persona.consents)}"
            return request.fallback
        unjust = request.kind in ("action", "handover") and not reading.proposes and not reading.done
        if unjust and not self.mood.insisted and not request.fallback:
            self.mood.insisted = True
            return self._waste(self._say(self._persona.insistence, request.detail))
        return None

    def _conclude(self, reading: Reading) -> str | None:
        """Let go of the current request if it is settled, ask for what is still missing otherwise."""
        mood = self.mood
        settled = reading.done or reading.denies or mood.consented or mood.content or mood.fell_back
        if not settled and not (self._request.kind == "question" and self.mood.heard):
            return self._waste(self._say(self._persona.repeats, self._request.detail))
        for wish in self._request.wishes:
            if wish.name not in self.mood.heard:
                self.mood.heard |= {wish.name}
                return wish.ask
        return self._next_request(refused=reading.denies and not reading.done)

    def _next_request(self, *, refused: bool) -> str | None:
        if self.mood.request + 1 == len(self._brief.requests):
            return None
        told = self.mood.told & self._brief.identity_names
        self.mood = Mood(request=self.mood.request + 1, turns=self.mood.turns, wasted=self.mood.wasted, told=told)
        phrases = self._persona.resigns if refused else self._persona.continues
        return self._say(phrases, self._request.opening)

    def _waste(self, answer: str) -> str | None:
        """The answer to a turn that led nowhere; None when it was one too many."""
        self.mood.wasted += 1
        return None if self.mood.wasted > self._persona.patience else answer

    def _say(self, phrases: tuple[str, ...], content: str = "") -> str:
        chosen = derive_seed(self._seed, "user", self.mood.turns) % len(phrases) if len(phrases) > 1 else 0
        return phrases[chosen].replace("{}", content)
