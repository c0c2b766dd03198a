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
    """The edit in `value`; None when there is none in it. Keys that nobody asked for are forgiven."""
    if not isinstance(value, dict) or not isinstance(said := value.get("changes"), list):
        return None
    known = {"why": value.get("why") or "", "changes": [_trimmed(each) for each in said[: MOST_CHANGES + 1]]}
    try:
        edit = ProposedEdit.model_validate(known)
    except ValidationError:
        return None
    changes = tuple(change for each in edit.changes if (change := _change(each)) is not None)
    if not 0 < len(changes) <= MOST_CHANGES or len(changes) < len(edit.changes):
        return None
    return Proposal(changes=changes, why=" ".join(edit.why.split())[:LONGEST_WHY])


def _trimmed(change: JsonValue) -> JsonValue:
    if not isinstance(change, dict):
        return change
    return {key: part for key, part in change.items() if key in ProposedChange.model_fields}


def _change(said: ProposedChange) -> Change | None:
    """None where something is missing."""
    if said.kind == "delete":
        return None if said.rule is None else DeleteRule(rule=said.rule)
    if said.text is None or not said.text.strip():
        return None
    if said.kind == "replace":
        return None if said.rule is None else ReplaceRule(rule=said.rule, text=said.text)
    return AddRule(text=said.text)
