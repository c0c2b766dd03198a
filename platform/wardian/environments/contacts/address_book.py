"""The table of an address book, and who stands in it."""

from wardian.base.frozen import Frozen
from wardian.environments.template import SqlValue

__all__ = ["SCHEMA", "Contact"]

SCHEMA = """
CREATE TABLE contacts(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, company TEXT NOT NULL,
  role TEXT NOT NULL, zone TEXT NOT NULL, bank_account TEXT NOT NULL, note TEXT NOT NULL
);
"""
"""To be part of a pack's schema. What is not known is empty."""


class Contact(Frozen):
    """Somebody in the address book; `zone` is where their clocks are, such as "UTC-05:00"."""

    id: str
    name: str
    email: str
    phone: str = ""
    company: str = ""
    role: str = ""
    zone: str = ""
    bank_account: str = ""
    note: str = ""

    @property
    def row(self) -> dict[str, SqlValue]:
        """The row of the table `contacts`."""
        return dict(vars(self))
