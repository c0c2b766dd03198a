"""Puts tasks together: a folder, somebody who wants something, and the solution."""

from collections.abc import Callable
from dataclasses import dataclass

from wardian.base.identity import random_stream
from wardian.environments.brief import Brief
from wardian.environments.files.shared import PendingEdit
from wardian.environments.persona import met
from wardian.environments.scenario import Scenario
from wardian.environments.solution import Issue

from .desk import Desk
from .editing import apply_review, bump_release, fix_value, rename_term
from .filing import book_delivery, make_room, open_incident, retire_drafts
from .gathering import collect_actions, compare_settings, merge_notes
from .knobs import Knobs
from .people import COLLEAGUES
from .project import Ingredients, Project

__all__ = ["TEMPLATES", "Assignment", "write_task"]

TEMPLATES: dict[str, Callable[[Desk], Issue]] = {
    issue.__name__: issue
    for issue in (
        rename_term,
        merge_notes,
        fix_value,
        book_delivery,
        bump_release,
        collect_actions,
        apply_review,
        retire_drafts,
        compare_settings,
        open_incident,
        make_room,
    )
}


@dataclass(frozen=True)
class Assignment:
    """One task with its folder.

    Args:
        scenario: who wants what, and how it is done.
        texts: the files at the beginning, by path.
        pending: what colleagues do meanwhile.
        spare_bytes: room left in the folder.
    """

    scenario: Scenario
    texts: dict[str, str]
    pending: tuple[PendingEdit, ...]
    spare_bytes: int


def write_task(ingredients: Ingredients, number: int, knobs: Knobs) -> Assignment:
    """Task `number`, which depends on no other."""
    names = list(TEMPLATES)
    kind = names[number % len(names)]
    persona = met(COLLEAGUES, knobs.personas, number, len(names))
    random = random_stream("workspace", knobs.seed, "task", number)
    project = Project(ingredients, random, knobs.files)
    desk = Desk(project, persona, lookalikes=knobs.lookalikes, conflicts=knobs.conflicts)
    issue = TEMPLATES[kind](desk)
    scenario = Scenario(
        id=f"{number:03d}_{kind}",
        template=kind,
        brief=Brief(requests=(issue.request,)),
        reference=tuple(desk.messages),
        persona=persona,
        checks=issue.checks,
    )
    spare = knobs.spare_kb * 1000 if desk.room is None else desk.room
    return Assignment(scenario, project.texts, tuple(desk.pending), spare)
