"""The customers of the retail pack understand other words than the reference's: those of real assistants."""

import re
from collections.abc import Iterator
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
    (
        "Hi there! I'd be happy to help. To get started, could you please verify your identity by sharing the email on "
        "your account? If you don't have it at hand, your full name and ZIP code work too."
    ),
    (
        "Sure thing! Before I can look into this I need to locate your account. Please provide:\n\n"
        "1. Your email address, or\n2. Your first and last name and ZIP code"
    ),
    (
        "I'm sorry to hear that. For security, may I have the e-mail associated with your account, or alternatively "
        "your full name plus your ZIP code?"
    ),
)
PROPOSE = (
    "Great news! Here is a summary of what I'm about to do:\n\n{}\n\nWould you like me to proceed?",
    "Thank you for confirming that. {} Please reply **yes** to confirm, and I'll take care of it right away.",
    "{} Does that sound good to you?",
    "Okay! Before I make any changes, please review the details:\n- {}\n\nDo you confirm (yes/no)?",
    "{} Just let me know if you'd like me to go ahead with this.",
    "Perfect. {} Is everything correct, and may I go ahead?",
)
CLOSE = (
    "{} If there's anything else you need, feel free to let me know!",
    "Great news, it's all taken care of! {} Please allow 5-7 business days. Can I help you with anything else today?",
    "{} Have a wonderful day!",
    "Thanks for your patience. {} Is there something else I can assist you with?",
    "\u2705 {}\n\nLet me know if you have any other questions.",
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(EnvironmentSpec(pack="retail", knobs={"issues": 1, "tasks": 75}), [ENVS])


def reworded(script: list[Message], style: int) -> Iterator[Message]:
    """The reference in the words of another assistant; what it does stays the same."""
    for message in script:
        text = message.content
        if message.tool_calls:
            yield message
        elif "your email address?" in text:
            yield said(IDENTIFY[style % len(IDENTIFY)])
        elif "full name and the ZIP" in text:
            continue  # asked for already
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


@pytest.mark.parametrize("style", range(6))
async def test_other_words_lead_to_the_same_end(pack: Pack, style: int) -> None:
    for card in pack.tasks():
        world = pack.environment(card.id)
        talk = [message.content for message in await world.open(style)][1:]
        gone = False
        for message in reworded(list(pack.reference(card.id)), style):
            if gone:
                break
            for call in message.tool_calls:
                assert not call.name.startswith("find_") or was_told(call, talk), (card, talk)
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
    return all(value in "\n".join(talk) for value in orjson.loads(call.arguments).values())
