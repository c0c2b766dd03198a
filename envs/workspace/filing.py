"""Requests about places and counts: drafts, incidents, backups, and the stock."""

import re

from wardian.environments.brief import Correction, Fact, Request, Wish
from wardian.environments.checks import Communicated
from wardian.environments.solution import Issue

from .desk import Desk, counted, place_fact, spared
from .project import TODAY

__all__ = ["book_delivery", "make_room", "open_incident", "retire_drafts"]


def book_delivery(desk: Desk) -> Issue:
    """A number grows while a colleague takes some away: who writes what they have read first loses that."""
    items = desk.random.sample(desk.project.ingredients["items"], 10)
    places = desk.project.ingredients["places"]
    counts = {item: desk.random.randrange(30, 80) for item in items}
    where = {item: desk.random.choice(places) for item in items}
    rows = [f"{item},{where[item]},{counts[item]}" for item in sorted(items)]
    desk.texts["data/stock.csv"] = "item,place,count\n" + "\n".join(rows) + "\n"
    for number in range(desk.lookalikes):
        desk.texts[f"data/stock-2025-{12 - number:02d}.csv"] = (
            "item,place,count\n" + "\n".join(rows[: 5 + number]) + "\n"
        )
    item, came, taken = items[0], desk.random.randrange(5, 25), desk.random.randrange(1, 20)
    row = f"{item},{where[item]},"
    desk.interrupt("data/stock.csv", f"{row}{counts[item]}", f"{row}{counts[item] - taken}")
    total = counts[item] - taken + came
    desk.say(f"How many of {item} have come?")
    desk.change("data/stock.csv", lambda text: text.replace(f"{row}{counts[item] - taken}", f"{row}{total}"))
    desk.finish(f"Done. The delivery is recorded: there are {total} of {item} now.")
    told = rf"(?<![\d.,-]){total}(?![\d-]|[.,]\d)"
    request = Request(
        opening=f"A delivery of {item} has come. Please add it to the stock, and tell me how many we have now.",
        detail=f"I want the delivery of {came} of {item} added to the stock.",
        facts=(
            Fact(
                name="number",
                asked=r"how many|how much|quantity|what (?:number|amount)",
                answer=f"{came} have come.",
                bare=str(came),
            ),
            place_fact(desk.persona, "data/stock.csv"),
        ),
        wishes=(
            Wish(name="total", said=told, ask="And how many do we have now?", about=r"there are \d+|total|stock is"),
        ),
    )
    return Issue(request, (Communicated(name="told_total", pattern=told),))


def retire_drafts(desk: Desk) -> Issue:
    """Files move by what stands in them."""
    names = [desk.project.name().lower() for _ in range(7)]
    retired = sorted(names[: desk.random.randrange(2, 5)])
    for name in names:
        status = "retired" if name in retired else desk.random.choice(["draft", "in review"])
        _draft(desk, name, status, desk.project.sentences("overview", 3))
    for number in range(desk.lookalikes):
        sentence = "A draft with status: retired is not worked on any more."
        _draft(desk, f"about-{number + 1}", "draft", [sentence, *desk.project.sentences("faq", 1)])
    desk.call("search_text", query="^status: retired$", regular=True, folder="docs/drafts")
    desk.call("make_folder", path="archive/2026")
    for name in retired:
        desk.call("move_file", path=f"docs/drafts/{name}.md", new_path=f"archive/2026/{name}.md")
    wish, told = counted(len(retired), "(?:file|draft)", "How many were retired?")
    desk.finish(f"Done. I have moved {len(retired)} drafts to archive/2026.")
    request = Request(
        opening="Please tidy up our drafts: those that are retired belong in archive/2026, under the same names.",
        detail="I want every draft whose status is retired moved to archive/2026.",
        facts=(place_fact(desk.persona, "docs/drafts"),),
        wishes=(wish,),
        corrections=(spared(r"in review|status: draft", "Only what is retired."),),
    )
    return Issue(request, (told,))


def open_incident(desk: Desk) -> Issue:
    """A form is copied and filled in."""
    service = desk.random.choice(desk.project.services)
    severity = desk.random.choice(["low", "medium", "high"])
    reporter = desk.random.choice(desk.project.people)
    for number in range(max(desk.lookalikes, 1)):
        day = f"2026-02-{10 + number:02d}"
        desk.texts[f"incidents/{day}-{service}.md"] = _incident(service, "low", desk.project.people[0], day)
    path = f"incidents/{TODAY}-{service}.md"
    desk.say("How severe is it, and who has reported it?")
    desk.copy("templates/incident.md", path)
    desk.change(path, lambda _: _incident(service, severity, reporter, str(TODAY)))
    desk.finish(f"Done. The incident is set up as {path}.")
    severe = r"sever|how (?:bad|serious|urgent)|priority|impact"
    request = Request(
        opening=f"The {service} is down! Please open an incident for it, opened today.",
        detail=f"I want an incident for the {service}, with all fields filled in.",
        facts=(
            Fact(name="severity", asked=severe, answer=f"The severity is {severity}.", bare=severity),
            Fact(
                name="reporter", asked=r"who\b|report|your name", answer=f"{reporter} has reported it.", bare=reporter
            ),
        ),
    )
    return Issue(request, (Communicated(name="told_place", pattern=re.escape(path)),))


def make_room(desk: Desk) -> Issue:
    """There is no room for a backup until something goes that may go."""
    size = len(desk.texts["data/readings.csv"].encode())
    name = desk.project.name().lower()
    largest = f"tmp/{name}.dump"
    desk.texts[largest] = _dump(desk, 3 * size)
    for number in range(desk.lookalikes):
        desk.texts[f"tmp/{desk.project.name().lower()}.log"] = _dump(desk, size // (2 + number))
    desk.texts["backups/2026-02-02-readings.csv"] = desk.texts["data/readings.csv"].replace("2026-02", "2026-01")
    desk.room = size // 3
    backup = f"backups/{TODAY}-readings.csv"
    desk.call("list_folder")
    desk.call("list_folder", path="data")
    desk.call("list_folder", path="tmp")
    desk.say(f"There is no room for the backup. I would delete {largest}, the largest file in tmp. Shall I do that?")
    desk.call("delete_file", path=largest)
    desk.copy("data/readings.csv", backup)
    desk.finish(f"Done. {largest} is deleted, and the backup is completed as {backup}.")
    request = Request(
        opening="Please make a backup of the readings before I import the new ones.",
        detail="I want a backup of data/readings.csv.",
        facts=(place_fact(desk.persona, "data/readings.csv"),),
        terms=re.escape(largest),
        corrections=(Correction(wrong=r"delet|remov|clear", right=name, say="Only the largest file in tmp may go."),),
    )
    return Issue(request, (Communicated(name="told_place", pattern=re.escape(backup)),))


def _draft(desk: Desk, name: str, status: str, lines: list[str]) -> None:
    desk.texts[f"docs/drafts/{name}.md"] = "\n".join([f"# {name.capitalize()}", f"status: {status}", "", *lines, ""])


def _incident(service: str, severity: str, reporter: str, day: str) -> str:
    fields = f"Service: {service}\nSeverity: {severity}\nReported by: {reporter}\nOpened: {day}"
    return f"# Incident\n\n{fields}\n\nSteps so far:\n"


def _dump(desk: Desk, size: int) -> str:
    """A text of about this many bytes."""
    return "".join(f"{desk.random.randrange(10**9):09d}\n" for _ in range(size // 10 + 1))
