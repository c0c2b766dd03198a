"""Postal addresses in the United States: drawn for people, and recognised in what an agent says."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from wardian.environments.brief import Correction
from wardian.environments.state import Row

__all__ = ["Address", "address_in"]


@dataclass(frozen=True)
class Address:
    """Where somebody lives, or things are sent; `vars` of it are columns of a row."""

    street: str
    city: str
    state: str
    zip: str

    @classmethod
    def drawn(cls, random: Random, towns: Sequence[tuple[str, str, str]], streets: Sequence[str]) -> "Address":
        """Some house.

        Args:
            random: decides which.
            towns: city, state and the first three digits of its ZIP codes.
            streets: their names.
        """
        city, state, zip_start = random.choice(towns)
        street = f"{random.randrange(2, 980)} {random.choice(streets)}"
        return cls(street, city, state, f"{zip_start}{random.randrange(10, 99)}")

    @property
    def line(self) -> str:
        """On one line."""
        return f"{self.street}, {self.city}, {self.state} {self.zip}"

    @property
    def pattern(self) -> str:
        """Recognises the address, or enough of it."""
        return rf"\b(?:{self.zip}|{self.street})\b"

    @property
    def correction(self) -> Correction:
        """What somebody says whose new address this is to a proposal with another ZIP code."""
        return Correction(wrong=r"\b[A-Z]{2} \d{5}\b", right=self.zip, say=f"The new address is {self.line}.")


def address_in(row: Row) -> Row:
    """The columns of an address in the row of somebody who has one."""
    return {part: row[part] for part in ("street", "city", "state", "zip")}
