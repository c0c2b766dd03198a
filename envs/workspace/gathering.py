"""Requests about what stands in several files: two notes, somebody's open actions, two files of settings."""

import re
from datetime import timedelta

from wardian.environments.brief import Correction, Fact, Request, Wish
from wardian.environments.checks import Check, Communicated, Consulted, Withheld
from wardian.environments.solution import Issue

from .desk import Desk, counted, place_fact
from .project import TODAY

__all__ = ["collect_actions", "compare_settings", "merge_notes"]


def merge_notes(desk: Desk) -> Issue:
    """Two people took notes of one meeting; the two files go when they are merged."""
    project = desk.project
    day = TODAY - timedelta(days=desk.random.randrange(3, 12))
    topic = desk.random.choice(["supplies", "moving", "opening", "visitors"])
    points = project.points(8)
    common = desk.random.sample(points[:5], 2)
    first = project.note(day, f"{topic}-a", points[:5])
    second = project.note(day, f"{topic}-b", desk.random.sample([*common, *points[5:]], 5))
    merged = f"notes/{day}-{topic}.md"
    for number in range(desk.lookalikes):
        project.note(day - timedelta(days=7 * (number + 1)), f"{topic}-{'ab'[number % 2]}", project.points(3))
    desk.say("What shall the merged note be called?")
    desk.say(f"I will write {merged} and then delete {first} and {second}. Shall I do that?")
    head = desk.read(first)
    news = [line for line in desk.read(second).split("\n")[2:] if line and line not in head]
    desk.create(merged, head + "".join(f"{line}\n" for line in news))
    desk.call("delete_file", path=first)
    desk.call("delete_file", path=second)
    desk.finish(f"Done. The points of both notes are in {merged}, and the 2 notes are deleted.")
    asked = r"(?:what|how|which)[^?]*\b(?:call|name)|file ?name|new name|where"
    called = Fact(name="file", asked=asked, answer=f"Please call it {merged}.", bare=merged)
    request = Request(
        opening=f"There are two notes of our meeting about {topic} on {day:%d %B}. Please make one of them.",
        detail=f"I want the two notes about {topic} of {day} merged into {merged}, and only that one kept.",
        facts=(called,),
        corrections=(
            Correction(wrong=r"\bkeep\b|archive", right=r"delet|remov", say="Only the merged one shall stay."),
        ),
        terms=rf"{topic}-a|{topic}-b|both|two (?:\w+ )?(?:notes|files)|originals",
    )
    return Issue(request)


def collect_actions(desk: Desk) -> Issue:
    """What somebody still has to do, out of many notes."""
    project = desk.project
    person, namesake = project.people[0], f"{project.people[0].split()[0]} {project.people[1].split()[1]}"
    todo = desk.random.sample(project.ingredients["actions"], 12)
    count = desk.random.randrange(3, 6)
    mine = [f"{todo[number]} (due {TODAY + timedelta(days=3 + number)})" for number in range(count)]
    places = [_note_with_action(desk, number, f"[ ] {person}: {action}") for number, action in enumerate(mine)]
    traps = (
        f"[x] {person}: {todo[6]}",
        f"[ ] {namesake}: {todo[7]}",
        f"{person} was thanked: {todo[8]}",
        f"[x] {namesake}: {todo[9]}",
    )
    for number in range(desk.lookalikes):
        _note_with_action(desk, 6 + number, traps[number % len(traps)])
    desk.texts["archive/2025/notes.md"] = f"# Planning, 2025-11-03\n\n- [ ] {person}: {todo[10]} (due 2025-11-20)\n"
    report = f"reports/actions-{person.lower().replace(' ', '-')}.md"
    lines = sorted((place, f"- {action} [{place}]\n") for place, action in zip(places, mine, strict=True))
    desk.call("search_text", query=f"[ ] {person}: ", folder="notes")
    desk.call("make_folder", path="reports")
    desk.create(report, f"# Open actions: {person}\n" + "".join(line for _, line in lines))
    wish, told = counted(count, "(?:action|item|task|point|entries)", "How many actions is that?")
    desk.finish(f"Done. The report {report} is set up: it has {count} open actions.")
    request = Request(
        opening=f"What is {person} still supposed to do? Please put a report of the open actions together.",
        detail=f"I want a report with all open actions of {person} from our notes.",
        facts=(place_fact(desk.persona, "the folder notes"),),
        wishes=(wish,),
    )
    return Issue(request, (told,))


def compare_settings(desk: Desk) -> Issue:
    """Nothing is changed: what differs between two files?"""
    project = desk.project
    keys = list(project.ingredients["settings"])
    left = project.settings(*keys)
    differing = sorted(desk.random.sample(keys, 3))
    right = {**left, **{key: _another(desk, key, left[key]) for key in differing}}
    desk.texts["config/staging.yaml"] = project.config(left)
    desk.texts["config/production.yaml"] = desk.texts["config/staging.yaml"].split("\n")[0] + "\n" + _lines(right)
    for number in range(desk.lookalikes):
        desk.texts[f"archive/2025/production-{number + 1}.yaml"] = project.config(project.settings(*keys))
    desk.call("diff_files", path="config/staging.yaml", other_path="config/production.yaml")
    found = "; ".join(f"{key} is {left[key]} in staging and {right[key]} in production" for key in differing)
    desk.finish(f"They differ in 3 settings: {found}.")
    told = {key: _both(key, left[key], right[key]) for key in differing}
    checks: list[Check] = [Communicated(name=f"told_{key}", pattern=pattern) for key, pattern in told.items()]
    alike = "|".join(rf"\b{key}\b" for key in keys if key not in differing)
    request = Request(
        opening="Something works in staging and fails in production. Which of their settings differ?",
        detail="I want to know which settings differ between staging and production, and how.",
        kind="question",
        facts=(place_fact(desk.persona, "config"),),
        wishes=tuple(
            Wish(name=key, said=pattern, ask="Is that all?", about=r"differ") for key, pattern in told.items()
        ),
    )
    looked = Consulted(name="looked", tools=("diff_files", "read_file"))
    return Issue(request, (*checks, Withheld(name="only_what_differs", pattern=alike), looked))


def _another(desk: Desk, key: str, value: str) -> str:
    values: list[str] = desk.project.ingredients["settings"][key]
    return desk.random.choice([each for each in values if each != value])


def _both(key: str, one: str, other: str) -> str:
    """A pattern for a setting with its two values, in either order."""
    first, second = (rf"(?<![\w.]){re.escape(value)}(?!\w)" for value in (one, other))
    gap = r"[\s\S]{0,120}?"
    return rf"\b{key}\b{gap}(?:{first}{gap}{second}|{second}{gap}{first})"


def _lines(settings: dict[str, str]) -> str:
    return "".join(f"{key}: {value}\n" for key, value in settings.items())


def _note_with_action(desk: Desk, number: int, action: str) -> str:
    """A note of another day with an action among its points; its path."""
    points = desk.project.points(3)
    points.insert(desk.random.randrange(4), action)
    day = TODAY - timedelta(days=40 - 3 * number)
    return desk.project.note(day, desk.random.choice(desk.project.ingredients["topics"]), points)
