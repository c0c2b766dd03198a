"""Requests to change what stands in files: a name, a release, a wrong value, a review's comments."""

import re

from wardian.environments.brief import Fact, Request, Wish
from wardian.environments.checks import Communicated
from wardian.environments.solution import Issue

from .desk import Desk, counted, place_fact, spared
from .project import TODAY

__all__ = ["apply_review", "bump_release", "fix_value", "rename_term"]


def rename_term(desk: Desk) -> Issue:
    """A name changes wherever it stands for itself; a colleague adds a sentence with it meanwhile."""
    old, new = desk.project.name(), desk.project.name()
    sentences = desk.random.sample(desk.project.ingredients["term_sentences"], 6)
    places = desk.random.sample(["docs/overview.md", "docs/setup.md", "docs/operations.md", "docs/faq.md"], 3)
    for number, path in enumerate(places):
        _add_line(desk, path, sentences[number].format(name=old))
    topic = desk.project.note(TODAY, "rollout", [sentences[3].format(name=old), *desk.project.points(2)])
    _plant_namesakes(desk, old, sentences[4].format(name=old))
    if desk.conflicts:
        desk.conflicts -= 1
        last = desk.texts[places[0]].splitlines()[2]
        desk.interrupt(places[0], last, f"{last}\n{sentences[5].format(name=old)}")
    desk.say(f"What is the new name of {old}?")
    desk.call("search_text", query=rf"\b{old}\b", regular=True)
    for path in sorted([*places, topic]):
        desk.change(path, lambda text: re.sub(rf"\b{old}\b", new, text))
    wish, told = counted(4, "file", "In how many files was that?")
    desk.finish(f"Done. I have replaced {old} by {new} in 4 files.")
    named = Fact(
        name="new_name",
        asked=r"\b(?:name|call|renam)|replac\w* (?:it )?(?:with|by)|\binstead\b",
        answer=f"It is called {new} from now on.",
        bare=new,
    )
    request = Request(
        opening=f"{old} gets a new name. Please replace it in all our files, but leave the archive alone.",
        detail=f"I want {new} to stand wherever {old} stands now, except in the archive.",
        facts=(named,),
        corrections=(spared(r"archive|identifier|_queue", "Only what our rules say, and leave the archive alone."),),
        wishes=(wish,),
    )
    return Issue(request, (told,))


def bump_release(desk: Desk) -> Issue:
    """The release stands in several files, and other things have the same number."""
    project = desk.project
    old = project.release
    new = f"{int(old.split('.')[0])}.{int(old.split('.')[1]) + desk.random.randrange(1, 4)}.0"
    for number, service in enumerate(desk.random.sample(project.services, min(desk.lookalikes, len(project.services)))):
        path = f"config/libraries/{service}-{number}.yaml"
        desk.texts[path] = project.config({"library": service, "version": old, **project.settings("colour_theme")})
    targets = ["README.md", *(f"config/{service}.yaml" for service in sorted(project.services[:3]))]
    desk.say("Which release shall it be?")
    desk.call("search_text", query=old)
    for path in targets:
        desk.change(
            path,
            lambda text: re.sub(rf"^(Current release|release): {re.escape(old)}$", rf"\1: {new}", text, flags=re.M),
        )
    wish, told = counted(len(targets), "file", "How many files was that?")
    desk.finish(f"Done. I have updated {len(targets)} files to release {new}.")
    release = Fact(
        name="release",
        asked=r"(?:which|what|new|target|next)[^?]*\b(?:release|version|number)|(?:release|version|number)[^?]*\bto\b",
        answer=f"The new release is {new}.",
        bare=new,
    )
    request = Request(
        opening="We are about to release. Please put the new number into the files where it belongs.",
        detail=f"I want the release {new} to stand wherever our release {old} stands now.",
        facts=(release,),
        corrections=(spared(r"changelog|archive|librar", "Only our own release, and leave the changelog as it is."),),
        wishes=(wish,),
    )
    return Issue(request, (told,))


def fix_value(desk: Desk) -> Issue:
    """One threshold is not what was agreed."""
    project = desk.project
    stations = desk.random.sample(project.ingredients["stations"], 6)
    limits = {each: (desk.random.randrange(5, 40) / 10, desk.random.randrange(55, 99) / 10) for each in stations}
    station = stations[0]
    low, high = limits[station]
    agreed = [f"{each}: from {one} to {other} bar" for each, (one, other) in sorted(limits.items())]
    desk.texts["docs/thresholds.md"] = project.page("Thresholds", agreed)
    lines = {each: f"from {one} to {other}" for each, (one, other) in sorted(limits.items())}
    wrong_high = desk.random.random() < 0.5
    lines[station] = f"from {low} to {round(high * 10)}" if wrong_high else f"from {round(low / 10, 2)} to {high}"
    desk.texts["config/alarms.yaml"] = project.config(lines)
    for number in range(desk.lookalikes):
        path = f"config/trial/alarms-{number + 1}.yaml"
        desk.texts[path] = project.config(
            {each: f"from {one} to {round(other + 20)}" for each, (one, other) in sorted(limits.items())}
        )
    desk.read("docs/thresholds.md")
    desk.change(
        "config/alarms.yaml",
        lambda text: text.replace(f"{station}: {lines[station]}", f"{station}: from {low} to {high}"),
    )
    value = high if wrong_high else low
    desk.finish(
        f"Done. I have corrected the {'upper' if wrong_high else 'lower'} limit of {station}: it is {value} now."
    )
    told = rf"(?<![\d.]){re.escape(str(value))}(?![\d]|\.\d)"
    request = Request(
        opening=f"The alarm of {station} makes no sense. Please put its limits right, and tell me which one was wrong.",
        detail=f"I want the limits of {station} to be what was agreed.",
        facts=(place_fact(desk.persona, "config/alarms.yaml"),),
        corrections=(spared(r"(?:chang|edit|updat|correct)\w* `?docs/thresholds", "What was agreed stays as it is."),),
        wishes=(Wish(name="value", said=told, ask="And what is the limit now?", about=r"limit|value"),),
    )
    return Issue(request, (Communicated(name="told_value", pattern=told),))


def apply_review(desk: Desk) -> Issue:
    """A colleague's comments, some of them withdrawn."""
    project = desk.project
    kind = desk.random.choice(["overview", "setup", "operations", "faq"])
    page, review = f"docs/{kind}.md", f"reviews/{kind}-review.md"
    lines = desk.texts[page].split("\n")[2:7]
    replaced, dropped, anchor, kept = desk.random.sample(lines, 4)
    other, added, never = (
        each.format(name=project.name()) for each in desk.random.sample(project.ingredients["term_sentences"], 3)
    )
    comments = [
        f'[open] Replace "{replaced}" by "{other}"',
        f'[open] Delete the sentence "{dropped}"',
        f'[open] After the sentence "{anchor}" add the line "{added}"',
        *(f"[withdrawn] {each}" for each in _withdrawn(desk, kept, never)),
    ]
    desk.random.shuffle(comments)
    reviewer = desk.random.choice(project.people)
    head = f"# Review of {page}\n\nBy {reviewer}\n\n"
    desk.texts[review] = head + "".join(f"{number}. {each}\n" for number, each in enumerate(comments, 1))
    desk.texts["reviews/done/README.md"] = "Reviews that were applied.\n"
    desk.call("find_files", pattern="*review*", folder="reviews")
    desk.read(review)
    desk.change(page, lambda text: _reviewed(text, (replaced, other), dropped, (anchor, added)))
    desk.call("move_file", path=review, new_path=f"reviews/done/{kind}-review.md")
    wish, told = counted(3, "comment", "How many comments was that?")
    desk.finish(f"Done. I have applied 3 comments to {page} and moved the review to reviews/done.")
    request = Request(
        opening=f"{reviewer} has reviewed our page {kind}. Please apply the comments.",
        detail=f"I want the open comments of {reviewer} applied to the page {kind}.",
        facts=(place_fact(desk.persona, review),),
        corrections=(spared(r"withdrawn", "What was withdrawn is not applied."),),
        wishes=(wish,),
    )
    return Issue(request, (told,))


def _reviewed(text: str, replacement: tuple[str, str], dropped: str, addition: tuple[str, str]) -> str:
    anchor, added = addition
    text = text.replace(replacement[0], replacement[1]).replace(f"{dropped}\n", "")
    return text.replace(f"{anchor}\n", f"{anchor}\n{added}\n")


def _withdrawn(desk: Desk, kept: str, never: str) -> list[str]:
    made = [
        f'Replace "{kept}" by "{never}"',
        f'Delete the sentence "{kept}"',
        f'After the sentence "{kept}" add the line "{never}"',
    ]
    return [made[number % len(made)] for number in range(desk.lookalikes)]


def _add_line(desk: Desk, path: str, line: str) -> None:
    """Put a sentence between those of a page."""
    lines = desk.texts[path].split("\n")
    lines.insert(desk.random.randrange(3, 7), line)
    desk.texts[path] = "\n".join(lines)


def _plant_namesakes(desk: Desk, name: str, sentence: str) -> None:
    """The name in the archive, within longer words, and as an identifier."""
    desk.texts["archive/2025/rollout.md"] = desk.project.page(
        "Rollout", [sentence, *desk.project.sentences("setup", 2)]
    )
    traps = [
        (f"docs/{name.lower()}line.md", f"{name}line is a maker of cables, and a good one."),
        ("docs/hosts.md", f"The queue on the server is called {name.lower()}_queue."),
        ("notes/2026-01-12-names.md", f"{name}s and {name}ette were turned down."),
        ("docs/parts.md", f"The colour {name.lower()} is out of stock, and so is {name}ware."),
        ("archive/2024/plan.md", sentence),
        ("archive/names.md", f"{name} was chosen by a vote."),
    ]
    for path, line in traps[: desk.lookalikes]:
        desk.texts[path] = desk.project.page("Remarks", [line, *desk.project.sentences("faq", 2)])
