"""A project folder before any task has touched it: pages, settings, notes and data, all from one random stream."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

__all__ = ["TODAY", "Ingredients", "Project"]

TODAY = date(2026, 3, 2)
Ingredients = dict[str, Any]
"""Words and sentences by what they are for: `ingredients.yaml`."""

_PAGES = ("overview", "setup", "operations", "faq")
_TRACE_LINES = 40


class Project:
    """The files of one team by path, and what the task needs to know of them.

    Args:
        ingredients: what texts are made of.
        random: decides everything that is drawn.
        files: how many notes and pages there are that no task is about.
    """

    def __init__(self, ingredients: Ingredients, random: Random, files: int) -> None:
        self.ingredients = ingredients
        self.random = random
        self.texts: dict[str, str] = {}
        self.product: str = random.choice(ingredients["products"])
        self.people = self._people()
        self.services: list[str] = random.sample(ingredients["services"], 4)
        self.release = f"{random.randrange(1, 6)}.{random.randrange(2, 20)}.{random.randrange(0, 9)}"
        self._spare_names: list[str] = random.sample(ingredients["names"], len(ingredients["names"]))
        self._write_pages()
        self._write_settings()
        self._write_data()
        for number in range(files):
            self._write_extra(number)

    def name(self) -> str:
        """A name that nothing in the folder has yet."""
        return self._spare_names.pop()

    def page(self, title: str, lines: Sequence[str]) -> str:
        """A document: a title, a sentence on each line, and who has last looked at it."""
        seen = TODAY - timedelta(days=self.random.randrange(20, 300))
        return f"# {title}\n\n" + "\n".join(lines) + f"\n\nLast reviewed: {seen} by {self.random.choice(self.people)}\n"

    def sentences(self, kind: str, count: int) -> list[str]:
        """Different sentences for a page of this kind."""
        purpose = self.random.choice(self.ingredients["purposes"])
        chosen = self.random.sample(self.ingredients["sentences"][kind], count)
        return [
            each.format(product=self.product, purpose=purpose, service=self.random.choice(self.services))
            for each in chosen
        ]

    def note(self, day: date, topic: str, lines: Sequence[str]) -> str:
        """Write a note of a meeting; its path."""
        path = f"notes/{day}-{topic}.md"
        self.texts[path] = f"# {topic.partition('-')[0].capitalize()}, {day}\n\n" + "".join(
            f"- {line}\n" for line in lines
        )
        return path

    def points(self, count: int) -> list[str]:
        """Different points of a meeting."""
        return self.random.sample(self.ingredients["points"], count)

    def settings(self, *keys: str) -> dict[str, str]:
        """A value for each of these settings."""
        return {key: self.random.choice(self.ingredients["settings"][key]) for key in keys}

    def config(self, head: dict[str, str]) -> str:
        """A file of settings, one on each line."""
        return f"# owner: {self.random.choice(self.people)}\n" + "".join(
            f"{key}: {value}\n" for key, value in head.items()
        )

    def _people(self) -> list[str]:
        first = self.random.sample(self.ingredients["first_names"], 6)
        last = self.random.sample(self.ingredients["last_names"], 6)
        return [f"{one} {other}" for one, other in zip(first, last, strict=True)]

    def _write_pages(self) -> None:
        purpose = self.random.choice(self.ingredients["purposes"])
        lines = [
            f"{self.product} {purpose}.",
            f"Current release: {self.release}",
            "Pages are in docs, settings in config.",
        ]
        self.texts["README.md"] = self.page(self.product, lines)
        major, minor, patch = (int(part) for part in self.release.split("."))
        past = [self.release, f"{major}.{minor - 1}.{patch}", f"{major}.{minor - 2}.0"]
        self.texts["CHANGELOG.md"] = "# Changes\n\n" + "".join(f"- {each}: {self.points(1)[0]}\n" for each in past)
        for kind in _PAGES:
            self.texts[f"docs/{kind}.md"] = self.page(kind.capitalize(), self.sentences(kind, 5))
        self.texts["archive/2025/overview.md"] = self.page("Overview", self.sentences("overview", 4))
        for weeks in (2, 3):
            day = TODAY - timedelta(weeks=weeks)
            self.note(day, self.random.choice(self.ingredients["topics"]), self.points(4))

    def _write_settings(self) -> None:
        for service in self.services[:3]:
            values = self.settings("pool_size", "log_level", "retry_limit")
            self.texts[f"config/{service}.yaml"] = self.config({"release": self.release, **values})
        self.texts["archive/2025/config.yaml"] = self.config({"release": self.release, **self.settings("colour_theme")})

    def _write_data(self) -> None:
        readings = [f"2026-02-{day:02d},{self.random.randrange(100, 999)}" for day in range(1, 29)]
        self.texts["data/readings.csv"] = "day,value\n" + "\n".join(readings) + "\n"
        trace = [f"{number:04d} poll {self.random.randrange(10**6)}" for number in range(_TRACE_LINES)]
        self.texts["tmp/trace.log"] = "\n".join(trace) + "\n"
        blank = "# Incident\n\nService: \nSeverity: \nReported by: \nOpened: \n\nSteps so far:\n"
        self.texts["templates/incident.md"] = blank

    def _write_extra(self, number: int) -> None:
        """A note or a page that no task is about."""
        if number % 2:
            kind = self.random.choice(_PAGES)
            self.texts[f"docs/more/{kind}-{number}.md"] = self.page(
                f"{kind.capitalize()} {number}", self.sentences(kind, 4)
            )
        else:
            day = date(2025, 6, 2) + timedelta(days=number)
            self.note(day, f"{self.random.choice(self.ingredients['topics'])}-{number}", self.points(4))
