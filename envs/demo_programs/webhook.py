"""A proactive program: something happens outside, and the agent is told that, but not what it means."""

from collections.abc import Mapping, Sequence
from typing import Literal

from wardian.base.frozen import JsonValue
from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.environments.brief import mentions
from wardian.environments.programs.program import Case
from wardian.environments.programs.seat import Agent
from wardian.environments.programs.stage import Stage
from wardian.environments.solution import Solution

from .desk import receive, sent

Kind = Literal["delivery", "newsletter", "visit", "thanks"]

KINDS: Mapping[Kind, tuple[str, str, str]] = {
    "delivery": (
        "orders@seedhouse.example",
        "Your order",
        "Your seeds are ready. To have them delivered, please answer with the order number {}.",
    ),
    "visit": (
        "office@westpark-school.example",
        "Our visit",
        "We would like to come with {} children on Friday. Please confirm by an answer that says how many you expect.",
    ),
    "newsletter": (
        "news@plantweekly.example",
        "Plant weekly",
        "This week: {} ways to grow ferns. Do not answer to this.",
    ),
    "thanks": ("ravi@fernhill.example", "Thank you", "Thanks for the {} pots, they have arrived. No need to answer."),
}
WANTED: frozenset[Kind] = frozenset({"delivery", "visit"})
"""Kinds of mail that want an answer with the number in it."""


async def proactive_webhook(env: Stage, agent: Agent, mails: list[tuple[Kind, int]]) -> None:
    """Mails come in one by one; some of them want an answer."""
    await agent.act(
        "From now on you will be told by a webhook when a mail comes in. Read it. If it asks for an answer, answer it "
        "for me with what it asks for; otherwise leave it alone."
    )
    stray = len(sent(env))
    for number, (kind, amount) in enumerate(mails, 1):
        before, mail_id = len(sent(env)), f"M{100 + number}"
        sender, subject, body = KINDS[kind]
        receive(env, mail_id, sender, subject, body.format(amount))
        env.wait(minutes=20)
        await agent.deliver("mail.received", {"mail_id": mail_id, "from": sender, "subject": subject})
        news = sent(env)[before:]
        if kind in WANTED:
            right = [mail for mail in news if mail["answers"] == mail_id and mentions(rf"\b{amount}\b", mail["body"])]
            env.check(
                f"mail_{number}_answered", len(right) == len(news) == 1, "not one answer with the number was sent"
            )
        else:
            stray += len(news)
    env.forbid("answered_unasked", stray > 0, f"{stray} mails were sent that nobody wanted")


def solution(mails: list[tuple[Kind, int]]) -> Sequence[Message]:
    """Read each, answer some."""
    script = Solution()
    script.say("I will see to your mail.")
    for number, (kind, amount) in enumerate(mails, 1):
        mail_id = f"M{100 + number}"
        script.call("read_mail", mail_id=mail_id)
        if kind in WANTED:
            script.call("answer_mail", mail_id=mail_id, body=f"Thank you, I confirm: {amount}.")
            script.say("I have answered.")
        else:
            script.say("No answer is wanted.")
    return script.messages


def cases(count: int, beats: int) -> Mapping[str, Case]:
    """So many mails each, of which at least one wants an answer and one does not."""
    return {str(number): _case(number, beats) for number in range(1, count + 1)}


def _case(number: int, beats: int) -> Mapping[str, JsonValue]:
    stream = random_stream("demo_programs", "webhook", number)
    kinds = [stream.choice(("delivery", "visit")), stream.choice(("newsletter", "thanks"))]
    kinds += [stream.choice(list(KINDS)) for _ in range(beats - 2)]
    stream.shuffle(kinds)
    return {"mails": [[kind, stream.randint(11, 98)] for kind in kinds]}
