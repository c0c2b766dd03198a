"""Where a task is written: one customer, what they say, and the agent's part of a perfect conversation."""

from dataclasses import dataclass, field
from random import Random

from wardian.base.frozen import JsonValue
from wardian.environments.brief import Deed, Fact
from wardian.environments.persona import Persona
from wardian.environments.solution import Solution

from .books import Books
from .mishap import WAIT_MIN, Mishap
from .records import Customer, one_time_code

__all__ = ["CODE", "Desk"]

CODE = (
    r"(?<!zip )(?<!postal )(?<!post )\bcode\b|\b(?:passcode|otp)\b|\b(?:six|6)[- ]digit"
    r"|\b(?:read|share|type|enter) (?:it|them)\b|what it says|does it say"
)
"""Asks for the code on their phone."""

_PROVE = r"^(?!.*\bcode\b).*(?:your identity|verify (?:you\b|who))"
"""Asks who they are, and not for the code that proves it."""


@dataclass
class Desk(Solution):
    """Collects a task's script: `say` and `call` are the reference's messages in order.

    Args:
        books: the bank's.
        random: of this task alone.
        persona: the customer's manner.
        customer: who is asking.
        mishap: what happens to the first call that moves money.
    """

    books: Books
    random: Random
    persona: Persona
    customer: Customer
    mishap: Mishap = "none"
    payees: list[str] = field(default_factory=list)
    """Names that are taken: of payees of this customer."""
    phone: bool = True
    """Whether the customer has their phone, to read codes on."""
    _known: bool = False

    @property
    def confused(self) -> bool:
        """Whether the customer gets amounts wrong at first."""
        return "amount" in self.persona.confuses

    def pay(self, tool: str, **arguments: JsonValue) -> None:
        """The agent calls a tool that moves money, under one key, and once more if the mishap of this task happens."""
        arguments["idempotency_key"] = f"{tool}-{self.customer.id}"
        self.call(tool, **arguments)
        if self.mishap == "none":
            return
        if self.mishap == "rate_limited":
            self.call("wait", minutes=WAIT_MIN)
        else:
            if not self.has_called("list_accounts"):
                self.call("list_accounts", customer_id=self.customer.id)
            self.call("list_transactions", account_id=self.customer.checking.id)
        self.call(tool, **arguments)
        self.mishap = "none"

    def identify(self) -> None:
        """The agent finds out who the customer is, and proves it with a code, once per conversation."""
        if self._known:
            return
        self._known = True
        self.find()
        someone = self.customer
        self.say("Thank you. I have sent a one-time code to the phone number that we have on file. What is the code?")
        if self.phone:
            self.call("verify_code", customer_id=someone.id, code=one_time_code(someone.id, 1))

    def find(self) -> None:
        """The agent finds the customer, and sends them a code."""
        someone = self.customer
        self.say("I am glad to help. First I need your full name and your date of birth, please.")
        self.call(
            "find_customer",
            first_name=someone.first_name,
            last_name=someone.last_name,
            birth_date=someone.birth_date.isoformat(),
        )
        self.call("send_code", customer_id=someone.id)

    def identity(self) -> tuple[Fact, ...]:
        """What the customer says about who they are."""
        someone = self.customer
        return (
            Fact(
                name="name",
                asked=r"\b(?:full|first|last|your|account) (?:and last )?name|name (?:and|on the account)|surname"
                rf"|who (?:am i|i am|i'm) (?:speaking|talking|chatting)|{_PROVE}",
                answer=f"My name is {someone.name}.",
                bare=someone.name,
            ),
            Fact(
                name="birth",
                asked=rf"\bbirth|\bborn\b|\bdob\b|{_PROVE}",
                answer=f"I was born on {someone.birth_date.isoformat()}.",
                bare=someone.birth_date.isoformat(),
            ),
        )

    def deeds(self) -> tuple[Deed, ...]:
        """What the customer does with their phone."""
        if not self.phone:
            return ()
        return (
            Deed(
                name="code",
                asked=CODE,
                tool="read_code",
                arguments={"customer_id": self.customer.id},
                reports="The code is {code}.",
                fails="I have not got any code yet.",
            ),
        )
