"""Tools for a table, and a draft of a task for each thing that they can do. The texts are there to be rewritten."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wardian.building.identifiers import plural, short, singular
from wardian.building.modelling import Modelled, Row
from wardian.building.picks import MOST, Picks

__all__ = [
    "MORE",
    "Document",
    "Drafts",
    "action_task",
    "draft_table",
    "label",
    "question_for",
    "survey_task",
    "task_of",
]

Document = dict[str, Any]
PERSONAS: Final = ["plain", "terse", "chatty", "forgetful", "impatient"]
MORE: Final = "Is there anything else I can do for you?"


class Drafts:
    """The draft tasks of one table, for the tools that are called as `tools` says (`get`, `find`, `create`, …).

    Args:
        picks: what they are about.
        name: of the table.
        tools: by what they do.
    """

    def __init__(self, picks: Picks, name: str, tools: Mapping[str, str]) -> None:
        self._picks = picks
        self._name = name
        self._thing = label(singular(name))
        self._keys = picks.table.keys
        self._tools = tools

    def all(self) -> dict[str, Document]:
        """By the name of their template."""
        found: dict[str, Document] = {}
        for kind, draft in (
            ("get", self._read),
            ("find", self._find),
            ("create", self._create),
            ("update", self._update),
            ("delete", self._delete),
        ):
            if kind in self._tools:
                found |= draft()
        return found

    def _read(self) -> dict[str, Document]:
        picks = [{**pick, "label": label(pick["column"])} for pick in self._picks.reads()]
        said = f"The {{pick.label}} of {self._this} is {{pick.answer}}."
        question = f"What is the {{pick.label}} of {self._this}?"
        steps = [_call(self._tools["get"], self._key), {"say": f"{said} {MORE}"}]
        return task_of(f"read_{singular(self._name)}", picks, question_for(question, "{pick.answer|re}"), steps)

    def _find(self) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for column, picks in self._picks.finds().items():
            question = f"Which {self._thing} has the {label(column)} {{pick.value}}?"
            said = f"The {label(column)} {{pick.value}} is that of {self._this}."
            steps = [self._search(column), {"say": f"{said} {MORE}"}]
            asked = question_for(question, f"{{pick.{self._keys[0]}|re}}")
            found |= task_of(f"find_{singular(self._name)}_by_{column}", picks, asked, steps)
        return found or self._gather()

    def _gather(self) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for column, picks in self._picks.gathers().items():
            question = f"Which {label(self._name)} have the {label(column)} {{pick.value}}? I need all of them."
            said = f"Those with the {label(column)} {{pick.value}} are {{pick.keys}}."
            steps = [self._search(column), {"say": f"{said} {MORE}"}]
            asked = _told(question, "{pick.pattern}")
            found |= task_of(f"find_{self._name}_by_{column}", picks[:MOST], asked, steps)
        return found

    def _search(self, column: str) -> Document:
        given = {column: "{pick.value}"} if column in self._picks.searchable else {}
        return _call(self._tools["find"], given)

    def _create(self) -> dict[str, Document]:
        picks = self._picks.creates()
        if not picks:
            return {}
        given = {column: f"{{pick.{column}}}" for column in picks[0]}
        what = f"a {self._thing} with " + " and ".join(f"{label(column)} {value}" for column, value in given.items())
        terms = f"{{pick.{next(iter(given))}|re}}"
        steps = self._agreed(f"add {what}", _call(self._tools["create"], given), "added")
        return task_of(f"create_{singular(self._name)}", picks, _wanted(f"add {what}", terms), steps)

    def _update(self) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for column, picks in self._picks.updates().items():
            what = f"change the {label(column)} of {self._this} to {{pick.wanted}}"
            call = _call(self._tools["update"], {**self._key, column: "{pick.wanted}"})
            wanted = _wanted(what, f"{{pick.{self._keys[0]}|re}}")
            found |= task_of(
                f"change_{singular(self._name)}_{column}", picks, wanted, self._agreed(what, call, "changed")
            )
        return found

    def _delete(self) -> dict[str, Document]:
        what = f"delete {self._this}"
        steps = self._agreed(what, _call(self._tools["delete"], self._key), "deleted")
        wanted = _wanted(what, f"{{pick.{self._keys[0]}|re}}")
        return task_of(f"delete_{singular(self._name)}", self._picks.deletes(), wanted, steps)

    def _agreed(self, what: str, call: Document, done: str) -> list[Document]:
        return [{"say": f"Shall I {what}?"}, call, {"say": f"Done, it has been {done}. {MORE}"}]

    @property
    def _key(self) -> dict[str, str]:
        return {key: f"{{pick.{key}}}" for key in self._keys}

    @property
    def _this(self) -> str:
        if len(self._keys) == 1:
            return f"{self._thing} {{pick.{self._keys[0]}}}"
        return f"the {self._thing} with " + " and ".join(f"{label(key)} {{pick.{key}}}" for key in self._keys)


def draft_table(
    tables: Mapping[str, Modelled], name: str, taken: Sequence[str]
) -> tuple[dict[str, Document], dict[str, Document]]:
    """Tools for reading, finding, adding, changing and deleting rows of a table, and tasks for each of them."""
    one, many = singular(name), plural(name)
    wanted = {
        "get": f"get_{one}",
        "find": f"find_{many}",
        "create": f"create_{one}",
        "update": f"update_{one}",
        "delete": f"delete_{one}",
    }
    names = {kind: tool if tool not in taken else short(f"{tool}_of_{name}") for kind, tool in wanted.items()}
    picks = Picks(tables, name)
    used = {kind: tool for kind, tool in names.items() if kind in picks.possible}
    tools: dict[str, Document] = {tool: {"kind": kind, "table": name} for kind, tool in used.items()}
    if "find" in used:
        tools[used["find"]]["by"] = picks.searchable
    return tools, Drafts(picks, name, used).all()


def survey_task(name: str, picks: Picks, tool: str, calls: int) -> dict[str, Document]:
    """A draft task with one look-up more than a service serves at once (`calls`): it takes patience."""
    column, groups = picks.surveys(calls + 1)
    key = picks.table.keys[0]
    rows = [
        {
            f"{word}_{place}": row[field]
            for place, row in enumerate(group, 1)
            for word, field in (("key", key), ("answer", "answer"))
        }
        for group in groups
    ]
    places = range(1, calls + 2)
    keys = [f"{{pick.key_{place}}}" for place in places]
    question = f"What are the {label(column)} of the {label(name)} {', '.join(keys)}?"
    pattern = "".join(rf"(?=[\s\S]*(?<!\w){{pick.answer_{place}|re}}(?!\w))" for place in places)
    told = "; ".join(f"{keys[place - 1]}: {{pick.answer_{place}}}" for place in places)
    steps = [_call(tool, {key: each}) for each in keys]
    steps.insert(calls, _call("wait", {"seconds": 60}))
    told_all = _told(question, pattern, "I have not heard all of them.")
    return task_of(f"survey_{name}", rows, told_all, [*steps, {"say": f"{told}. {MORE}"}])


def _call(tool: str, arguments: Mapping[str, Any]) -> Document:
    return {"call": tool, "with": dict(arguments)}


def label(name: str) -> str:
    """A name as one says it: `due_date` is a due date."""
    return name.strip("_").replace("_", " ")


def task_of(
    name: str, picks: Sequence[Row], told: tuple[Document, list[Document]], steps: list[Document]
) -> dict[str, Document]:
    """A draft task for each of `picks`, by the name of their template; none without picks.

    Args:
        name: of the template.
        picks: what `{pick.…}` in the texts stands for.
        told: the user's request, and the checks that belong to it.
        steps: the reference.
    """
    if not picks:
        return {}
    request, checks = told
    task = {"for": {"pick": list(picks)}, "personas": PERSONAS, "user": {"requests": [request]}, "reference": steps}
    return {short(name): {**task, "checks": checks} if checks else task}


def action_task(name: str, what: str, key: str, picks: list[Row], tool: str) -> dict[str, Document]:
    """A draft task for a tool that does something of its own to the row whose `key` is picked."""
    call = _call(tool, {key: f"{{pick.{key}}}"})
    steps = [{"say": f"Shall I go ahead and {what}?"}, call, {"say": f"Done. {MORE}"}]
    return task_of(name, picks, _wanted(what, f"{{pick.{key}|re}}"), steps)


def question_for(question: str, answer: str) -> tuple[Document, list[Document]]:
    """A request for `answer`, a pattern for some words, and the check that it was given."""
    return _told(question, rf"(?<!\w){answer}(?!\w)")


def _told(question: str, pattern: str, complaint: str = "You have not told me yet.") -> tuple[Document, list[Document]]:
    """A request for an answer that fits `pattern`, and the check that it was given."""
    wish = {"name": "answer", "said": pattern, "ask": f"{complaint} {question}"}
    request = {"opening": question, "detail": question, "kind": "question", "wishes": [wish]}
    return request, [{"kind": "communicated", "name": "told", "pattern": pattern}]


def _wanted(what: str, terms: str) -> tuple[Document, list[Document]]:
    return {"opening": f"Please {what}.", "detail": f"I want you to {what}.", "terms": rf"(?<!\w){terms}(?!\w)"}, []
