"""The pack's entry point: questions out of a file, each of them a task of one turn."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

from .episode import PromptEnvironment
from .question import Question, agree_of, read_questions

__all__ = ["PromptPack", "open_pack"]

SHIPPED = "questions.jsonl"


class PromptPack(Pack):
    """Questions by their ids; what they say is part of the digest, so that an edited file has other episodes."""

    def __init__(self, context: PackContext, questions: Mapping[str, Question]) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        written = [question.model_dump(mode="json") for question in questions.values()]
        self.digest = digest([context.digest, written], length=32)
        self._questions = questions
        self._agree = agree_of(str(context.knobs["agree"]))

    def tasks(self) -> Sequence[TaskCard]:
        """The questions in the order of the file."""
        return [TaskCard(id=name, template=each.template or name) for name, each in self._questions.items()]

    def environment(self, task: str) -> Environment:
        """A fresh environment of the question `task`."""
        return PromptEnvironment(self._questions[task], self._agree)

    def reference(self, task: str) -> Sequence[Message]:
        """The gold answer; nothing for a question without one."""
        gold = self._questions[task].gold
        return [Message(role="assistant", content=gold[0])] if gold else []


def open_pack(context: PackContext) -> Pack:
    """Open the pack on the knobs' file or question.

    Raises:
        ConfigError: when there are both, or the file is wrong.
    """
    file, prompt = str(context.knobs["file"]), str(context.knobs["prompt"])
    if file and prompt:
        raise ConfigError("pack 'prompts': `file` and `prompt` are two sources of questions, one is needed")
    if prompt:
        return PromptPack(context, {"prompt": Question(prompt=prompt)})
    return PromptPack(context, read_questions(Path(file) if file else context.folder / SHIPPED))
