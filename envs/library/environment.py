"""The service desk of a public library: the pack of docs/guides/first-environment.md, to copy and change."""

from datetime import date, datetime, timedelta

from wardian.base.messages import Message, ToolCall
from wardian.environments.brief import Brief, Fact, Request
from wardian.environments.checks import Communicated, ConfirmedWrites, StateReached
from wardian.environments.packs import PackContext
from wardian.environments.scenario import Scenario, World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.state import Row
from wardian.environments.template import Template
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox

SCHEMA = """
CREATE TABLE loans(id TEXT PRIMARY KEY, card TEXT, title TEXT, due TEXT, renewals INTEGER);
CREATE INDEX loans_by_card ON loans(card);
"""
POLICY = """You work at the desk of a library. Ask for the number of the library card.
A loan may be renewed once, by 14 days. Ask for a yes before you renew anything, and tell the reader the new date."""
TITLES = ["Middlemarch", "Dune", "Emma", "Beloved", "Ulysses"]


class Desk(Toolbox):
    """What the desk can do."""

    @tool(effect="read")
    def list_loans(self, card: str) -> list[Row]:
        """List what a reader has borrowed.

        Args:
            card: Number of the library card.
        """
        return self.state.all("SELECT * FROM loans WHERE card = ? ORDER BY id", card)

    @tool(effect="write")
    def renew_loan(self, loan_id: str) -> Row:
        """Renew a loan by 14 days.

        Args:
            loan_id: Such as "L1".
        """
        loan = self.found(f"loan {loan_id}", "SELECT * FROM loans WHERE id = ?", loan_id)
        if loan["renewals"] > 0:
            raise ToolError("not_allowed", f"loan {loan_id} has been renewed already")
        due = (date.fromisoformat(loan["due"]) + timedelta(days=14)).isoformat()
        self.state.run("UPDATE loans SET due = ?, renewals = 1 WHERE id = ?", due, loan_id)
        return {"loan_id": loan_id, "due": due}


def say(text: str) -> Message:
    """A text of the reference solution."""
    return Message(role="assistant", content=text)


def call(name: str, arguments: str) -> Message:
    """A tool call of the reference solution."""
    return Message(role="assistant", tool_calls=(ToolCall(id=f"call_{name}", name=name, arguments=arguments),))


def renewal(loan: Row) -> Scenario:
    """A reader wants to keep one book for longer."""
    card = Fact(name="card", asked=r"\bcard\b", answer=f"My card number is {loan['card']}.", bare=loan["card"])
    request = Request(
        opening=f"Can I keep {loan['title']} a little longer?",
        detail=f"I want to renew the loan of {loan['title']}.",
    )
    reference = (
        say("Gladly. What is the number of your library card?"),
        call("list_loans", f'{{"card": "{loan["card"]}"}}'),
        say(f"I can renew {loan['title']} by 14 days. Shall I do that?"),
        call("renew_loan", f'{{"loan_id": "{loan["id"]}"}}'),
        say("Done, you may keep it until 2026-03-24. Is there anything else?"),
    )
    told = Communicated(name="told_date", pattern=r"2026-03-24|24(?:th)? (?:of )?March|March 24")
    brief = Brief(identity=(card,), requests=(request,))
    return Scenario(id=f"renew_{loan['id']}", template="renewal", brief=brief, reference=reference, checks=(told,))


def open_pack(context: PackContext) -> SimulatedPack:
    """The entry point: the world with its readers and loans, and a task for every loan."""
    readers = ["7001", "7002"]
    loans: list[Row] = [
        {"id": f"L{card}{n}", "card": card, "title": TITLES[n % len(TITLES)], "due": "2026-03-10", "renewals": 0}
        for card in readers
        for n in range(int(context.knobs["loans"]))
    ]
    world = World(
        template=Template(SCHEMA, {"loans": loans}, now=datetime(2026, 3, 2, 9)),
        toolbox=Desk,
        policy=POLICY,
        checks=(StateReached(), ConfirmedWrites()),
    )
    return SimulatedPack(context, world, [renewal(loan) for loan in loans])
