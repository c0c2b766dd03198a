"""Builds what all tasks share: the address book, the standing appointments, the rules, and mails that nobody needs."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import yaml

from wardian.base.identity import random_stream
from wardian.environments.agenda.calendar_rows import Meeting
from wardian.environments.files.schema import tree_rows
from wardian.environments.mail.mailbox import Mail, folder_rows
from wardian.environments.register import Register
from wardian.environments.template import Rows, SqlValue

from .people import HOME, OWNER, Company, Person

__all__ = ["NOW", "Office"]

NOW = datetime(2026, 3, 2, 9)
"""A Monday."""

_FOLDERS = ("projects", "attachments")
_DAYS = (*range(5), *range(7, 12))


class Office:
    """The company and its surroundings.

    Args:
        people: names, companies, projects and noise, as YAML.
        rules: texts of files that all tasks have, by path.
        size: how many people there are, colleagues and others half and half.
        seed: decides everything that is drawn.
    """

    def __init__(self, people: str, rules: dict[str, str], size: int, seed: int) -> None:
        self._lists: dict[str, list[Any]] = yaml.safe_load(people)
        self._rules = rules
        self.register = Register(OWNER.contact)
        self._random = random_stream("office", seed, "office")
        self.projects: list[str] = self._lists["projects"]
        self.companies = [Company(*entry) for entry in self._lists["companies"]]
        half = size // 2
        self.colleagues = [self.newcomer(self._random, HOME) for _ in range(size - half)]
        self.outsiders = [self.newcomer(self._random, self.companies[n % len(self.companies)]) for n in range(half)]

    def newcomer(self, random: Random, company: Company) -> Person:
        """Somebody whose name nobody else has; not in the address book unless somebody puts them there."""
        while True:
            first, last = random.choice(self._lists["first_names"]), random.choice(self._lists["last_names"])
            if self.register.take(f"{first} {last}"):
                phone = f"+49305{random.randrange(100_000, 1_000_000)}"
                role = random.choice(self._lists["roles"])
                return Person(self.register.number(random, "C"), first, last, company, role, phone)

    def rows(self, noise: int) -> Rows:
        """The rows of all tables at the beginning.

        Args:
            noise: how many mails there are that no task is about.
        """
        people = (OWNER, *self.colleagues, *self.outsiders)
        return {
            "contacts": [person.entry().row for person in people],
            "shared_calendars": [{"person": person.email} for person in self.colleagues],
            "meetings": [self._standing(day) for day in _DAYS],
            "folders": folder_rows(*(project.lower() for project in self.projects)),
            "mails": [self._noise(number) for number in range(noise)],
            "files": tree_rows(self._rules, folders=_FOLDERS),
        }

    def _standing(self, day: int) -> dict[str, SqlValue]:
        starts = NOW + timedelta(days=day)
        return Meeting(
            id=self.register.number(self._random, "E"),
            title="Sales stand-up",
            organizer=self.colleagues[0].email,
            starts=starts,
            ends=starts + timedelta(minutes=30),
            attendees=(OWNER.email,),
        ).row

    def _noise(self, number: int) -> dict[str, SqlValue]:
        sender, subject, body = self._lists["noise"][number % len(self._lists["noise"])]
        mail = Mail(
            id=self.register.number(self._random, "M"),
            sender=f"{sender.lower().replace(' ', '-')}@{HOME.domain}",
            subject=subject,
            body=body,
            recipients=(f"all@{HOME.domain}",),
        )
        return mail.row(NOW - timedelta(minutes=self._random.randrange(300, 20_000)))
