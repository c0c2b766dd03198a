"""When two answers are the same."""

from typing import Annotated, Literal

import re2
from pydantic import AfterValidator, Field, NonNegativeFloat, Tag

from wardian.base.frozen import Frozen
from wardian.specs.tags import tagged_by

__all__ = [
    "AgreeSpec",
    "CallableAgree",
    "ChoiceAgree",
    "ExactAgree",
    "JsonPathAgree",
    "NormalizedAgree",
    "NumberAgree",
    "RegexAgree",
    "ToolActionAgree",
]


def _compiles(pattern: str) -> str:
    try:
        re2.compile(pattern, _quiet())
    except re2.error as error:
        raise ValueError(f"no regular expression of RE2: {error}") from None
    return pattern


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


class ExactAgree(Frozen):
    """The same characters."""

    kind: Literal["exact"]


class NormalizedAgree(Frozen):
    """The same words, whatever their case, spacing, punctuation and Unicode form."""

    kind: Literal["normalized"] = "normalized"


class NumberAgree(Frozen):
    """The same last number in the text."""

    kind: Literal["number"]
    tolerance: NonNegativeFloat = 0.0
    """Numbers are rounded to multiples of it before they are compared; 0 compares them as they are."""


class ChoiceAgree(Frozen):
    """The same letter of a multiple-choice question."""

    kind: Literal["choice"]
    choices: Annotated[str, Field(pattern=r"^[A-Za-z]{2,26}$")] = "ABCDE"
    """The letters."""


class JsonPathAgree(Frozen):
    """The same value at a place in a JSON answer."""

    kind: Literal["json_path"]
    path: Annotated[str, Field(pattern=r"^\$(\.[^.\[\]'\"]+|\[-?\d+\]|\['[^']+'\])*$")] = "$"
    """Keys and indexes behind `$`, such as `$.items[0].price`."""


class RegexAgree(Frozen):
    """The same text in the first group of a regular expression (RE2), at its last match."""

    kind: Literal["regex"]
    pattern: Annotated[str, AfterValidator(_compiles)]
    """The expression."""


class ToolActionAgree(Frozen):
    """The same tool calls, by name and arguments as the tool's schema reads them; all texts are one action."""

    kind: Literal["tool_action"]
    ignore_args: tuple[str, ...] = ()
    """Arguments that make no difference, as `argument` or `tool.argument`."""


class CallableAgree(Frozen):
    """What a function of yours makes of the text: equal strings are the same answer, None is no answer."""

    kind: Literal["callable"]
    callable: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
    """`package.module:name`."""


AgreeSpec = Annotated[
    Annotated[ExactAgree, Tag("exact")]
    | Annotated[NormalizedAgree, Tag("normalized")]
    | Annotated[NumberAgree, Tag("number")]
    | Annotated[ChoiceAgree, Tag("choice")]
    | Annotated[JsonPathAgree, Tag("json_path")]
    | Annotated[RegexAgree, Tag("regex")]
    | Annotated[ToolActionAgree, Tag("tool_action")]
    | Annotated[CallableAgree, Tag("callable")],
    tagged_by("kind", usual="normalized"),
]
