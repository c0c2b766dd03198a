"""Questions as lines of a JSONL file, with the answers that are right where somebody knows them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError, field_validator

from wardian.base.data_file import read_data
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen, JsonObject, first_problem
from wardian.specs.fusion.agree import AgreeSpec

__all__ = ["Question", "read_questions"]

LARGEST: Final = 512 * 2**20


class Question(Frozen):
    """One line of the file.

    Args:
        prompt: what is asked.
        id: names it; by default the number of the line.
        system: said before.
        gold: the answer, or several of which each will do; none when nobody knows.
        agree: when an answer is the gold one, a kind by its name or with what it needs.
        template: questions with the same one are alike, so that statistics cluster by it.
        metadata: anything.
    """

    prompt: str = Field(min_length=1)
    id: str = ""
    system: str = ""
    gold: tuple[str, ...] = ()
    agree: AgreeSpec | None = None
    template: str = ""
    metadata: JsonObject = {}

    @field_validator("gold", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        several = value if isinstance(value, list | tuple) else [] if value is None else [value]
        return [_text(each) for each in several]

    @field_validator("agree", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions of a file in their order, each with its id.

    Raises:
        ConfigError: one line with the file, the line, and what is wrong there.
    """
    found: dict[str, Question] = {}
    for number, question in _lines(path):
        name = question.id or str(number)
        if name in found:
            raise ConfigError(f"{path}:{number}: the id '{name}' is there already")
        found[name] = question.model_copy(update={"id": name})
    if not found:
        raise ConfigError(f"{path}: there is no question in it")
    return tuple(found.values())


def _lines(path: Path) -> Iterator[tuple[int, Question]]:
    for number, line in enumerate(read_data(path, LARGEST).splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, Question.model_validate_json(line)
        except ValidationError as error:
            raise ConfigError(f"{path}:{number}: {first_problem(error, 'the line')}") from None


def _text(value: object) -> object:
    """Numbers are answers too; `true` is none that a model writes."""
    return f"{value:g}" if isinstance(value, float) else str(value) if type(value) is int else value
