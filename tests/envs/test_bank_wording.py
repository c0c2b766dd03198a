"""The customers of the bank pack understand other words than the reference's: those of real assistants."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import pytest

from wardian.base.messages import Message, ToolCall
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.reading import read
from wardian.specs.environments import EnvironmentSpec

ENVS = Path(__file__).resolve().parents[2] / "envs"

IDENTIFY = (
    "Hi there! To get started, could you please verify your identity by sharing your full name and date of birth?",
    "Sure! To locate your account, please provide:\n\n1. Your full name\n2. Your date of birth (YYYY-MM-DD)",
    "For security, may I have your first and last name, please, along with your DOB?",
)
CODE = (
    "Thanks! I've just sent a 6-digit verification code to your phone. Could you please read it back to me?",
    "Thank you. I've texted a one-time code to your phone. Please share the code, so I can verify your identity.",
    "A security code is on its way to ***-***-1234. Once you have it, let me know what the code is.",
)
PROPOSE = (
    "Great news! Here is a summary of what I'm about to do:\n\n{}\n\nWould you like me to proceed?",
    "Thank you for confirming that. {} Please reply **yes** to confirm, and I'll take care of it right away.",
    "{} Does that sound good to you?",
    "Okay! Before I make any changes, please review the details:\n- {}\n\nDo you confirm (yes/no)?",
    "{} Just let me know if you'd like me to go ahead with this.",
)
CLOSE = (
    "{} If there's anything else you need, feel free to let me know!",
    "Great news, it's all taken care of! {} Can I help you with anything else today?",
    "{} Have a wonderful day!",
    "\u2705 {}\n\nLet me know if you have any other questions.",
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(EnvironmentSpec(pack="bank", knobs={"issues": 1}), [ENVS])


def reworded(script: Sequence[Message], style: int) -> Iterator[Message]:
    """The reference in the words of another assistant; what it does stays the same."""
    for message in script:
        text = message.content
        if message.tool_calls:
            yield message
        elif "your date of birth, please" in text:
            yield said(IDENTIFY[style % len(IDENTIFY)])
        elif "What is the code?" in text:
            yield said(CODE[style % len(CODE)])
        elif read(text).proposes:
            yield said(PROPOSE[style % len(PROPOSE)].format(" ".join(statements(text))))
        elif "Is there anything else" in text:
            yield said(CLOSE[style % len(CLOSE)].format(" ".join(statements(text))))
        else:
            yield message


def statements(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if not sentence.endswith("?")] or [text]


def said(text: str) -> Message:
    return Message(role="assistant", content=text)


@pytest.mark.parametrize("style", range(5))
async def test_other_words_lead_to_the_same_end(pack: Pack, style: int) -> None:
    for card in pack.tasks():
        world = pack.environment(card.id)
        talk = [message.content for message in await world.open(style)][1:]
        gone = False
        for message in reworded(pack.reference(card.id), style):
            if gone:
                break
            for call in message.tool_calls:
                assert call.name not in ("find_customer", "verify_code") or was_told(call, talk), (card, talk)
                await world.call(call)
            if not message.tool_calls:
                answer = await world.reply(message.content)
                talk += [f"> {message.content}", f"{answer}"]
                gone = answer is None
        assert gone, (card, talk)
        assert (await world.examine()).success, (card, talk)
        world.close()


def was_told(call: ToolCall, talk: list[str]) -> bool:
    """Whether the customer has said all that the agent identifies them with."""
    values = {name: value for name, value in orjson.loads(call.arguments).items() if name != "customer_id"}
    return all(value in "\n".join(talk) for value in values.values())
