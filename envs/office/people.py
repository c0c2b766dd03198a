"""The people of the office: who they are, and when they are where."""

from collections.abc import Iterable
from dataclasses import dataclass

from wardian.base.frozen import JsonValue
from wardian.environments.contacts.address_book import Contact

__all__ = ["HOME", "OWNER", "Company", "Person", "emails"]


@dataclass(frozen=True)
class Company:
    """A company that people work for; `utc_offset` is the distance of their clocks from UTC, in hours."""

    name: str
    domain: str
    utc_offset: int

    @property
    def zone(self) -> str:
        """Such as "UTC-05:00"."""
        return f"UTC{self.utc_offset:+03d}:00"


@dataclass(frozen=True)
class Person:
    """Somebody with a mail address."""

    contact: str
    first: str
    last: str
    company: Company
    role: str
    phone: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.first}.{self.last}@{self.company.domain}".lower()

    @property
    def signature(self) -> str:
        """What stands below their mails."""
        return f"{self.name}\n{self.company.name}, {self.role}\nPhone {self.phone}"

    def entry(self, **fields: str) -> Contact:
        """Their entry in the address book, with `fields` instead of what is true."""
        entry = Contact(
            id=self.contact,
            name=self.name,
            email=self.email,
            phone=self.phone,
            company=self.company.name,
            role=self.role,
            zone=self.company.zone,
        )
        return entry.model_copy(update=fields)


HOME = Company("Halden Instruments", "halden.example", 1)
OWNER = Person("C1", "Nora", "Feld", HOME, "head of sales", "+4930555100")


def emails(people: Iterable[Person]) -> list[JsonValue]:
    """The addresses of several people."""
    return [person.email for person in people]
