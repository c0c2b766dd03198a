"""A user to whom a model lends its voice: what they mean is decided without it, and what it says is checked."""

import re
from typing import Final

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.frozen import Frozen
from wardian.base.messages import Message, Origin, Request, Sampling

__all__ = ["MOST_HEARD", "Voice", "guarded", "question"]

TOKEN: Final = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w|#?\w*\d[\w.,:/-]*\w|\d", re.ASCII)
"""What may be a fact: addresses, and words with digits in them."""
THOUGHTS: Final = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
LEAVES: Final = re.compile(
    r"###|\b(?:good ?bye|bye(?: bye)?|that(?:'s| is) (?:all|it|everything)|nothing (?:else|more)|no more questions"
    r"|(?:end|stop)(?: of)? (?:the )?(?:conversation|chat))\b",
    re.IGNORECASE,
)
BREAKS_OUT: Final = re.compile(
    r"\bas an ai\b|\blanguage model\b|^\W*(?:user|customer|agent|assistant)\W*:", re.IGNORECASE
)
YES: Final = re.compile(r"\b(?:yes|yeah|yep|go ahead|please do\b(?! not)|do it|agreed)\b", re.IGNORECASE)
AGREES: Final = re.compile(rf"{YES.pattern}|\b(?:sure|okay|ok|correct|exactly|right)\b", re.IGNORECASE)
NO: Final = re.compile(r"\b(?:no|not|never|cannot)\b|n't\b", re.IGNORECASE)
WORD: Final = re.compile(r"[^\W\d_]{4,}")
_STEM: Final = 5
PATIENCE: Final = 4
MOST_HEARD: Final = 6_000
"""Characters of what the agent said that a user listens to."""
SPARE: Final = 300
"""A text may be so many times as long as what it means, and so many characters more."""
TASK: Final = """You play a person who talks to a support agent. You are given what the agent said last and what
you want to say now. Say it in your own words, as this person would{manner}. Keep every name, number, date and
identifier exactly as it is given. Add no other facts, do not answer for the agent, and do not end the conversation.
Write only what you say."""


class Voice:
    """Says what a user means in the words of a model.

    Args:
        client: who is asked.
        manner: of the person, in a few words.
        sampling: how it is asked.
        tries: how often, until the user says plainly what they mean.
    """

    def __init__(self, client: ModelClient, manner: str, sampling: Sampling, tries: int) -> None:
        self._client = client
        self._sampling = sampling
        self._tries = tries
        self._manner = manner

    async def say(self, meaning: str, heard: str, origin: Origin) -> "Spoken":
        """The user's words; the plain ones when none of the model's keep what is meant and no more.

        Args:
            meaning: what they mean.
            heard: what the agent said last.
            origin: who asks.

        Raises:
            ModelError: when the model cannot be asked.
        """
        asked: list[Completion] = []
        heard = heard[:MOST_HEARD]
        for number in range(self._tries):
            try:
                completion = await self._client.complete(self._request(meaning, heard, origin.child(str(number))))
            except ModelError:
                if asked:
                    break  # what was paid for counts, and the user can speak plainly
                raise
            asked.append(completion)
            text = THOUGHTS.sub("", completion.message.content).strip().strip('"').strip()
            if guarded(text, meaning, heard) is None:
                return Spoken(text=text, asked=tuple(asked))
        return Spoken(text=meaning, asked=tuple(asked))

    def _request(self, meaning: str, heard: str, origin: Origin) -> Request:
        messages = question(self._manner, meaning, heard)
        return Request(model=self._client.name, messages=messages, sampling=self._sampling, origin=origin)


class Spoken(Frozen):
    """What a user said, and the answers of the model that were asked for on the way."""

    text: str
    asked: tuple[Completion, ...]


def question(manner: str, meaning: str, heard: str) -> tuple[Message, ...]:
    """What a model is asked to say in the words of a person of that manner."""
    task = TASK.format(manner=f": {manner}" if manner else "")
    told = f"The agent said:\n{heard or '(nothing yet)'}\n\nYou want to say:\n{meaning}"
    return Message(role="system", content=task), Message(role="user", content=told)


def guarded(text: str, meaning: str, heard: str) -> str | None:
    """What is wrong with `text` as a way to say `meaning`, in a word; None when nothing is.

    It keeps all facts of the meaning, and has no others than those and what was heard; a yes stays a yes and a no a no,
    and neither comes out of nowhere; at least half of the words that carry meaning are there in some form; it does not
    leave, as the user leaves when they are content and not before; it stays in its part and within bounds.
    """
    if not text:
        return "empty"
    if len(text) > PATIENCE * len(meaning) + SPARE:
        return "long"
    said, meant = _facts(text), _facts(meaning)
    if meant - said:
        return "forgets"
    if said - meant - _facts(heard):
        return "leaks"
    if LEAVES.search(text) and not LEAVES.search(meaning):
        return "leaves"
    if BREAKS_OUT.search(text):
        return "breaks out"
    return "loses" if _turns(text, meaning) or _strays(text, meaning) else None


def _turns(text: str, meaning: str) -> bool:
    """Whether a yes or a no went lost or came out of nowhere: an agent acts on it."""
    if YES.search(meaning):
        return AGREES.search(text) is None
    return YES.search(text) is not None or bool(NO.search(text)) != bool(NO.search(meaning))


def _strays(text: str, meaning: str) -> bool:
    """Whether most of the words that carry meaning are gone."""
    meant = _words(meaning)
    return 2 * len(meant & _words(text)) < len(meant)


def _words(text: str) -> set[str]:
    """The beginnings of the words that carry meaning: other forms of a word count as the same."""
    return {word[:_STEM] for word in WORD.findall(text.casefold())}


def _facts(text: str) -> set[str]:
    return {token.strip(".,:/-").casefold() for token in TOKEN.findall(text)}
