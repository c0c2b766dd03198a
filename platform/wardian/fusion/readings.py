"""What a text answers, by the kind of agreement: equal readings are the same answer."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Final

import re2

from wardian.base.errors import ConfigError, Failure, boundary
from wardian.base.imported import imported
from wardian.fusion.exact_json import read_exactly, written_exactly
from wardian.fusion.words import plain_words, same_form
from wardian.models.fences import unfenced
from wardian.specs.fusion.agree import AgreeSpec, CallableAgree, ChoiceAgree, JsonPathAgree, NumberAgree, RegexAgree

__all__ = ["Reading", "reading_of"]

Reading = Callable[[str], str | None]
"""What a text answers; None when it answers nothing."""

NUMBER: Final = re.compile(
    r"(?:(?<!\w)[-+\u2212])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,4}(?!\d))?|(?<!\w)\.\d+"
)
EXACTLY: Final = Context(prec=200, rounding=ROUND_HALF_EVEN, Emin=-99_999, Emax=99_999, traps=[])
CALLED: Final = r"(?i:\b(?:answer|choice|option)(?: is)?)[\s:*(\[]{0,8}"
STEP: Final = re.compile(r"\.([^.\[\]'\"]+)|\[(-?\d+)\]|\['([^']+)'\]")


def reading_of(spec: AgreeSpec) -> Reading:
    """The reading that `spec` asks for.

    Raises:
        ConfigError: when a function of the user's is not there.
    """
    if spec.kind == "exact":
        return lambda text: text
    if spec.kind == "normalized":
        return plain_words
    if spec.kind == "tool_action":
        return lambda text: "final"
    return _special(spec)


def _special(spec: NumberAgree | ChoiceAgree | JsonPathAgree | RegexAgree | CallableAgree) -> Reading:
    if spec.kind == "number":
        return lambda text: _number(text, Decimal(str(spec.tolerance)))
    if spec.kind == "choice":
        return _choice(spec.choices.upper())
    if spec.kind == "json_path":
        return _value(_steps(spec.path))
    if spec.kind == "regex":
        return _group(re2.compile(spec.pattern))
    return _own(imported(spec.callable))


def _number(text: str, tolerance: Decimal) -> str | None:
    found = NUMBER.findall(text)
    if not found:
        return None
    value = Decimal(found[-1].replace(",", "").replace("\u2212", "-"))
    if tolerance:
        value = EXACTLY.to_integral_value(EXACTLY.divide(value, tolerance))
    return str(EXACTLY.normalize(value)) if value else "0"


def _choice(letters: str) -> Reading:
    """The last letter that is called the answer; else one that is marked like a choice; else one that stands alone."""
    small = letters.lower()
    ways = (
        re.compile(rf"{CALLED}(?:([{letters}])(?![\w'])|([{small}])(?=[)\].*]|\s*$))"),
        re.compile(rf"\\boxed\{{(?:\\text\{{)?\W?([{letters}])\W?\}}|^\W*([{letters}{small}])\W*$"),
        re.compile(rf"(?<![\w'])[(*\[]{{1,3}}([{letters}])[)*\]]|(?<![\w'])([{letters}])[).:]"),
        re.compile(rf"(?<![\w'])([{letters}])(?![\w'])(?!(?<=[AI])\s+[a-z])"),
    )

    def read(text: str) -> str | None:
        for way in ways:
            if found := way.findall(text):
                last = found[-1]
                return "".join(last).upper()
        return None

    return read


def _steps(path: str) -> list[str | int]:
    return [int(index) if index else key or quoted for key, index, quoted in STEP.findall(path)]


def _value(steps: list[str | int]) -> Reading:
    def read(text: str) -> str | None:
        try:
            value: Any = read_exactly(unfenced(text))
            for step in steps:
                value = value[step]
            return written_exactly(_plain(value)).decode()
        except (ValueError, LookupError, TypeError, RecursionError):
            return None

    return read


def _plain(value: Any) -> Any:
    """One spelling for equal numbers and for equal texts; true is no number."""
    if isinstance(value, dict):
        return {key: _plain(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [_plain(inside) for inside in value]
    if isinstance(value, str):
        return same_form(value)
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _group(pattern: Any) -> Reading:
    def read(text: str) -> str | None:
        found: str | None = None
        try:
            for match in pattern.finditer(text):
                found = match.group(1 if pattern.groups else 0)
        except UnicodeEncodeError:  # half a character
            return None
        return None if found is None else same_form(found)

    return read


def _own(function: Callable[[str], object]) -> Reading:
    def read(text: str) -> str | None:
        failures: list[Failure] = []
        value: object = None
        try:
            with boundary(failures.append, cause="grader"):
                value = function(text)
        except ConfigError:  # the function is the user's own: what it cannot read is nothing, whatever it raises
            return None
        return value if isinstance(value, str) and not failures else None

    return read
