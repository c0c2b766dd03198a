"""The pack's entry point: questions out of a file, each of them a task of one turn."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from wardian.base.errors import ConfigError
from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext
from wardian.specs.fusion.agree import AgreeSpec
from wardian.specs.questions import Question, read_questions

from .episode import PromptEnvironment

__all__ = ["PromptPack", "open_pack"]

SHIPPED = "questions.jsonl"
AGREE: TypeAdapter[AgreeSpec] = TypeAdapter(AgreeSpec)


class PromptPack(Pack):
    """Questions by their ids; what they say is part of the digest, so that an edited file has other episodes."""

    def __init__(self, context: PackContext, questions: Sequence[Question]) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        written = [question.model_dump(mode="json") for question in questions]
        self.digest = digest([context.digest, written], length=32)
        self._questions = {question.id: question for question in questions}
        self._agree = AGREE.validate_python({"kind": context.knobs["agree"]})

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
        return PromptPack(context, [Question(id="prompt", prompt=prompt)])
    return PromptPack(context, read_questions(Path(file) if file else context.folder / SHIPPED))
