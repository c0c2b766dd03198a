"""Where a task is written: what is wrong, and the agent's part of a perfect conversation."""

from dataclasses import dataclass
from random import Random

from wardian.environments.brief import Brief, Correction, Fact, Request
from wardian.environments.checks import Check
from wardian.environments.persona import Persona
from wardian.environments.solution import Solution

from .carrier import Subscriber
from .deeds import deeds

__all__ = ["Desk", "Issue", "gigabytes"]

_TRIALS = {
    "service": "Please look at the status bar once more: how many bars are there now?",
    "connection": "Please run a speed test and tell me what it says.",
    "speed": "Please run a speed test and tell me what it says.",
    "pictures": "Please send a picture to somebody and tell me what happens.",
}


@dataclass(frozen=True)
class Issue:
    """What a customer calls about, and the checks that it adds; the desk's script has grown by its solution."""

    brief: Brief
    checks: tuple[Check, ...] = ()


@dataclass
class Desk(Solution):
    """Collects a task's script: `say` and `call` are the reference's messages in order.

    Args:
        random: the task's.
        persona: the customer's.
        rumour: whether somebody has told them to reset the phone to factory settings.
    """

    random: Random
    persona: Persona
    rumour: bool

    def identify(self, someone: Subscriber) -> None:
        """The agent finds the customer and reads their line."""
        calm = "There is no need to reset the phone to factory settings. " if self.rumour else ""
        self.say(f"I am glad to help. {calm}What is your phone number, and your date of birth?")
        self.call("find_customer", phone_number=someone.number, birth_date=someone.birth_date)
        self.call("get_line", line_id=someone.line_id)

    def look_at_status(self) -> None:
        """The customer looks at the status bar; a confused one looks twice."""
        self.say("Please look at the status bar of your phone: how many bars do you see, and what does it say?")
        if "status_bar" in self.persona.confuses:
            self.say("Please look closely, at the top of your screen: how many bars are there?")

    def read_settings(self, one: str) -> None:
        """The customer reads the network settings; one who is lost there is asked for a single thing."""
        self.say("Please open the network settings and tell me what you see." if not self._vague else one)

    def instruct(self, deed: str, text: str, check: str) -> None:
        """The customer does something; one who is confused about it does so after a `check`."""
        self.say(text)
        if deed in self.persona.confuses:
            self.say(check)
            self.say(f"Let us do that once more. {text}")

    def restart(self, test: str) -> None:
        """The customer restarts the phone."""
        self.instruct("restart", "Please restart your phone and wait until it is ready.", _TRIALS[test])

    def test(self, test: str) -> None:
        """The customer tries what did not work; this ends the conversation."""
        self.say(_TRIALS[test])
        self.finish("Great, so it works again.")

    def brief(self, someone: Subscriber, request: Request, test: str = "") -> Brief:
        """The customer's business.

        Args:
            someone: who they are.
            request: what they want.
            test: what they miss, a key of `TESTS`; without one they do not hold the phone.
        """
        if self.rumour and test:
            advice = "My cousin says that I should reset it to factory settings."
            request = request.model_copy(update={"opening": f"{request.opening} {advice}"})
        held = deeds(someone.line_id, self.persona.name, test) if test else ()
        return Brief(identity=_identity(someone), requests=(request,), deeds=held)

    @property
    def _vague(self) -> bool:
        return self.persona.name == "vague"


def gigabytes(wanted: int) -> tuple[Fact, Correction]:
    """How much data a customer wants to buy, and what they say to another amount."""
    units = r"(?:gb|gigabytes?|gigs?)\b"
    fact = Fact(name="gigabytes", asked=r"\bhow (?:many|much)\b", answer=f"{wanted} GB, please.", bare=f"{wanted} GB")
    right = rf"\b{wanted} ?{units}"
    return fact, Correction(wrong=rf"\b\d+ ?{units}", right=right, say=f"I want {wanted} GB.")


def _identity(someone: Subscriber) -> tuple[Fact, ...]:
    return (
        Fact(
            name="number",
            asked=r"\b(?:phone|mobile|line|your) number|number of (?:the|your) (?:line|phone)|\bwhich number",
            answer=f"My number is {someone.number}.",
            bare=someone.number,
        ),
        Fact(
            name="birth_date",
            asked=r"\bdate of birth|\bbirth ?da(?:y|te)|\bborn\b",
            answer=f"I was born on {someone.birth_date}.",
            bare=someone.birth_date,
        ),
    )
