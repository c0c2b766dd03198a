"""Where a task is written: one colleague, what they say, and the agent's part of a perfect conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from wardian.environments.brief import Fact
from wardian.environments.persona import Persona
from wardian.environments.solution import Solution

from .company import Company
from .records import Employee, Ticket
from .sql import Sql, sql

__all__ = ["Desk"]


@dataclass
class Desk(Solution):
    """Collects a task's script: `say` and `call` are the reference's messages in order.

    `manager` looks after customers that are not the colleague's own; `dirty` is the share of rows that nearly fit.
    """

    company: Company
    random: Random
    persona: Persona
    requester: Employee
    manager: Employee
    dirty: float

    def query(self, text: str, **values: str | int | Sequence[str]) -> None:
        """The agent reads."""
        self.call("query", sql=sql(text, **values))

    def some(self, low: int, high: int) -> int:
        """How many rows of a kind there are."""
        return self.random.randint(low, high)

    def is_dirty(self) -> bool:
        """Whether this row is one that nearly fits, or is spelled oddly."""
        return self.random.random() < self.dirty

    def spoilt(self, text: str) -> str:
        """`text` as somebody typed it."""
        return self.random.choice((text.upper(), f" {text}", f"{text} ", text.lower(), text.title()))

    def ticket(self, subject: str) -> Ticket:
        """What the colleague has opened."""
        return self.company.ticket(self.random, self.requester, subject)

    def ask_ticket(self, ticket: Ticket) -> None:
        """The agent asks for the ticket's number, and looks it up for who has forgotten it."""
        self.say("Gladly. What is the number of your ticket?")
        if "ticket" in self.persona.forgets:
            self.query(
                "SELECT id, subject FROM tickets WHERE requester = :name ORDER BY opened_on DESC", name=ticket.requester
            )

    def ticket_fact(self, ticket: Ticket) -> Fact:
        """What the colleague says when asked for the ticket."""
        known = "ticket" not in self.persona.forgets
        unknown = f"I do not have the number at hand. I am {self.requester.name}, and it is about: {ticket.subject}."
        return Fact(
            name="ticket",
            asked=r"\bticket|reference number|case number",
            answer=f"The ticket is {ticket.id}." if known else unknown,
            bare=ticket.id if known else "",
            known=known,
        )

    def repair(self, ticket: Ticket, plan: str, statements: Sequence[str], rows: Mapping[str, int]) -> None:
        """The agent tries, proposes, and after the colleague's yes changes the rows and logs it."""
        self.call("preview", sql=statements[0])
        self.say(f"{plan}, under ticket {ticket.id}. Shall I go ahead?")
        for statement in statements:
            self.call("execute", sql=statement)
        self.log(ticket, rows)

    def log(self, ticket: Ticket, rows: Mapping[str, int]) -> None:
        """The agent notes how many rows of each table were changed."""
        entries = [sql("(:ticket, :table, :rows)", ticket=ticket.id, table=table, rows=n) for table, n in rows.items()]
        insert = "INSERT INTO repair_log(ticket_id, table_name, rows_changed) VALUES :entries"
        self.call("execute", sql=sql(insert, entries=Sql(", ".join(entries))))
