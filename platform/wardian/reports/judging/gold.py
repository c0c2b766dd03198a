"""Candidates of which somebody knows the right ones, out of a JSONL file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, ValidationError, model_validator

from wardian.base.data_file import read_data
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen, first_problem

__all__ = ["Candidate", "GoldItem", "read_gold"]

LARGEST: Final = 512 * 2**20


class Candidate(Frozen):
    """An answer; in the file its text alone will do. `source` says whose it is, for the table of strengths."""

    text: str
    source: str = ""

    @model_validator(mode="before")
    @classmethod
    def _by_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class GoldItem(Frozen):
    """One line of the file.

    Args:
        prompt: what was asked.
        candidates: what was answered.
        right: the places of the right ones, from 0: none when none is acceptable. None when nobody knows.
        id: names it; by default the number of the line.
        system: said before the prompt.
    """

    prompt: str
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=2, max_length=26)]
    right: tuple[int, ...] | None = None
    id: str = ""
    system: str = ""

    @model_validator(mode="after")
    def _places_exist(self) -> Self:
        wrong = [place for place in self.right or () if not 0 <= place < len(self.candidates)]
        if wrong:
            raise ValueError(f"`right` names the candidate {wrong[0]}, there are 0 to {len(self.candidates) - 1}")
        return self

    @property
    def mixed(self) -> bool:
        """Whether some are right and some are wrong: only then is there something to see."""
        return self.right is not None and 0 < len(set(self.right)) < len(self.candidates)


def read_gold(path: Path) -> tuple[GoldItem, ...]:
    """The items of a file in their order, each with its id.

    Raises:
        ConfigError: one line with the file, the line, and what is wrong there.
    """
    found: dict[str, GoldItem] = {}
    for number, item in _lines(path):
        name = item.id or str(number)
        if name in found:
            raise ConfigError(f"{path}:{number}: the id '{name}' is there already")
        found[name] = item.model_copy(update={"id": name})
    if not any(item.mixed for item in found.values()):
        raise ConfigError(f"{path}: there is no item with both right and wrong candidates: a judge has nothing to see")
    return tuple(found.values())


def _lines(path: Path) -> Iterator[tuple[int, GoldItem]]:
    for number, line in enumerate(read_data(path, LARGEST).splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, GoldItem.model_validate_json(line)
        except ValidationError as error:
            raise ConfigError(f"{path}:{number}: {first_problem(error, 'the line')}") from None
