"""What a reflection model answers, and how it becomes an edit."""

from typing import Final, Literal

from pydantic import ValidationError

from wardian.base.frozen import Frozen, JsonValue
from wardian.models.structured import response_schema
from wardian.optimization.proposals.edit import AddRule, Change, DeleteRule, ReplaceRule

__all__ = ["ASKED", "SHAPE", "Proposal", "read_proposal"]

ASKED: Final = """\
Answer with nothing but a JSON object with these keys:
"why": in one sentence, why the mistake is made and what the edit does about it;
"changes": a list of {"kind": "add", "rule": null, "text": the new rule}, {"kind": "replace", "rule": its number, \
"text": the new text} and {"kind": "delete", "rule": its number, "text": null}."""
LONGEST_WHY: Final = 300
MOST_CHANGES: Final = 8


class ProposedChange(Frozen):
    """One change in a shape that every provider can be held to."""

    kind: Literal["add", "replace", "delete"]
    rule: int | None = None
    text: str | None = None


class ProposedEdit(Frozen):
    """The answer."""

    why: str = ""
    changes: tuple[ProposedChange, ...]


class Proposal(Frozen):
    """What was understood of it."""

    changes: tuple[Change, ...]
    why: str


SHAPE: Final = response_schema(ProposedEdit)


def read_proposal(value: JsonValue) -> Proposal | None:
    """The edit in `value`; None when there is none in it.

    Keys that nobody asked for are forgiven, and a change without its number or its text is left out: the end of an
    answer that was cut off.
    """
    if not isinstance(value, dict) or not isinstance(said := value.get("changes"), list):
        return None
    changes = tuple(change for each in said if (change := _change(each)) is not None)
    if not 0 < len(changes) <= MOST_CHANGES:
        return None
    why = value.get("why")
    return Proposal(changes=changes, why=" ".join(why.split())[:LONGEST_WHY] if isinstance(why, str) else "")


def _change(value: JsonValue) -> Change | None:
    """None where something is missing."""
    if not isinstance(value, dict):
        return None
    try:
        said = ProposedChange.model_validate({key: value[key] for key in ProposedChange.model_fields if key in value})
    except ValidationError:
        return None
    if said.kind == "delete":
        return None if said.rule is None else DeleteRule(rule=said.rule)
    if said.text is None or not said.text.strip():
        return None
    if said.kind == "replace":
        return None if said.rule is None else ReplaceRule(rule=said.rule, text=said.text)
    return AddRule(text=said.text)
