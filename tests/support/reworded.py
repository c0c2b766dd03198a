"""References in the words of other assistants, for what the users of packs have to understand."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence

import orjson
from support.played import play
from support.scripts import say
from support.shipped import failed

from wardian.base.messages import Message, ToolCall
from wardian.environments.pack import Pack
from wardian.environments.reading import read

__all__ = ["STYLES", "understands"]

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
    "Great news, it's all taken care of! {} Can I help you with anything else today?",
)
STYLES = range(len(PROPOSE))
"""As many assistants as there are ways to propose something; each has its own way to close, too."""


async def understands(pack: Pack, style: int, openers: Mapping[str, Sequence[str]], identifies: Container[str]) -> None:
    """In other words every reference leads to the same end, and nobody is identified with what they have not said.

    `openers` has other words for the pack's own questions, by a part of them; none when the question is left out.
    `identifies` are the tools that take what only the user knows.
    """
    identified = 0
    for card in pack.tasks():
        world = pack.environment(card.id)
        heard = [(await world.open(style))[-1].content]
        for message in _reworded(pack.reference(card.id), style, openers):
            proofs = [call for call in message.tool_calls if call.name in identifies]
            assert all(_was_told(call, heard) for call in proofs), f"{card}: {proofs} after {heard}"
            identified += len(proofs)
            answers = (await play(world, [message])).said
            heard += [answer or "(leaves)" for answer in answers]
            if None in answers:
                break
        assert heard[-1] == "(leaves)", f"{card}: {heard}"
        findings = await world.examine()
        assert findings.success, f"{card}: {failed(findings)} after {heard}"
        world.close()
    assert identified, "nobody was identified"


def _reworded(script: Sequence[Message], style: int, openers: Mapping[str, Sequence[str]]) -> Iterator[Message]:
    """The script in the words of another assistant; what it does stays the same."""
    for message in script:
        text = message.content
        ours = next((words for part, words in openers.items() if part in text), None)
        if message.tool_calls:
            yield message
        elif ours is not None:
            yield from [say(ours[style % len(ours)])] if ours else []
        elif read(text).proposes:
            yield say(PROPOSE[style % len(PROPOSE)].format(_statements(text)))
        elif "Is there anything else" in text:
            yield say(CLOSE[style % len(CLOSE)].format(_statements(text)))
        else:
            yield message


def _statements(text: str) -> str:
    """The text without its questions, or all of it when it is nothing but a question."""
    kept = [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if not sentence.endswith("?")]
    return " ".join(kept) or text


def _was_told(call: ToolCall, heard: Sequence[str]) -> bool:
    """Whether the user has said all that the agent identifies them with; an id is what the agent has looked up."""
    values = {name: value for name, value in orjson.loads(call.arguments).items() if name != "customer_id"}
    return all(value in "\n".join(heard) for value in values.values())
