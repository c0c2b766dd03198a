"""A calendar as an agent meets it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pytest
from support.desk_world import TEMPLATE, Desk, desk, error, result

from wardian.base.messages import ToolCall
from wardian.environments.agenda.calendar_rows import answering
from wardian.environments.agenda.free_time import free_spans, working_days
from wardian.environments.brief import Brief, Request
from wardian.environments.goal import Goal
from wardian.environments.scenario import Scenario, World
from wardian.environments.simulated import SimulatedWorld

DAY = {"first_day": "2026-03-02", "last_day": "2026-03-02"}
PLAN = {"title": "Plan", "minutes": 60, "people": ["ann@home.example"]}


def test_meetings_are_listed_with_who_comes() -> None:
    agenda = desk()
    assert [line["meeting_id"] for line in result(agenda, "list_meetings", **DAY)] == ["E1", "E2", "E3"]
    assert result(agenda, "get_meeting", meeting_id="E1")["answers"] == {"ann@home.example": "accepted"}
    assert error(agenda, "list_meetings", first_day="2026-03-02", last_day="2026-03-01") == "invalid_arguments"
    assert error(agenda, "list_meetings", first_day="2026-03-02", last_day="2027-03-01") == "invalid_arguments"
    assert error(agenda, "list_meetings", first_day="Monday", last_day="2026-03-02") == "invalid_arguments"


def free(agenda: Desk, *people: str, minutes: int = 60) -> list[tuple[str, str]]:
    spans: Any = result(agenda, "find_free_time", people=list(people), minutes=minutes, **DAY)
    return [(span["from"][11:], span["until"][11:]) for span in spans]


def test_free_time_is_what_all_have_in_common() -> None:
    agenda = desk()
    assert free(agenda) == [("09:00", "10:00"), ("11:00", "17:00")]
    assert free(agenda, "cy@home.example") == [("09:00", "10:00"), ("11:00", "13:00"), ("16:00", "17:00")]
    assert free(agenda, "cy@home.example", minutes=90) == [("11:00", "13:00")]
    result(agenda, "create_meeting", **{**PLAN, "starts": "2026-03-02T11:00"})
    assert free(agenda, "ann@home.example") == [("09:00", "10:00"), ("12:00", "17:00")]
    assert error(agenda, "find_free_time", people=["bo@away.example"], minutes=60, **DAY) == "not_found"


def test_the_past_is_not_free() -> None:
    agenda = desk()
    with agenda.state.unattributed():
        agenda.clock.advance(timedelta(hours=3, minutes=30))
    assert free(agenda) == [("12:30", "17:00")]
    assert error(agenda, "create_meeting", **{**PLAN, "starts": "2026-03-02T12:00"}) == "not_allowed"


def test_weekends_are_no_working_days_and_overlaps_are_one() -> None:
    days = working_days(date(2026, 3, 6), date(2026, 3, 9))
    assert [day.day for day in days] == [6, 9]
    at = datetime(2026, 3, 6)
    busy = [(at.replace(hour=10), at.replace(hour=12)), (at.replace(hour=9), at.replace(hour=15)), (at, at)]
    spans = list(free_spans(days[:1], (9, 17), busy, timedelta(minutes=30)))
    assert spans == [(at.replace(hour=15), at.replace(hour=17))]


@pytest.mark.parametrize(
    ("starts", "is_at"),
    [
        ("2026-03-02T13:00", "13:00"),
        ("2026-03-02T13:00:00", "13:00"),
        ("2026-03-02T08:00-05:00", "14:00"),
        ("2026-03-02T12:00Z", "13:00"),
    ],
)
def test_times_are_the_owner_s_or_say_their_zone(starts: str, is_at: str) -> None:
    assert result(desk(), "create_meeting", **{**PLAN, "starts": starts})["starts"] == f"2026-03-02T{is_at}"


@pytest.mark.parametrize(
    ("starts", "code"),
    [
        ("2026-03-02", "invalid_arguments"),
        ("tomorrow", "invalid_arguments"),
        ("2026-03-02T13:00:30", "invalid_arguments"),
        ("9999-12-31T23:30", "invalid_arguments"),
        ("0001-01-01T00:00+14:00", "invalid_arguments"),
        ("2026-03-02T10:30", "conflict"),
        ("2026-03-01T10:30", "not_allowed"),
    ],
)
def test_not_every_time_is_one(starts: str, code: str) -> None:
    assert error(desk(), "create_meeting", **{**PLAN, "starts": starts}) == code


def test_a_meeting_that_moves_asks_everybody_again() -> None:
    agenda = desk()
    moved = result(agenda, "move_meeting", meeting_id="E1", starts="2026-03-02T10:30")
    assert (moved["starts"][11:], moved["ends"][11:]) == ("10:30", "11:30"), "it is not in its own way"
    assert moved["answers"] == {"ann@home.example": "open"}
    assert error(agenda, "move_meeting", meeting_id="E2", starts="2026-03-02T13:00") == "not_allowed"
    assert error(agenda, "move_meeting", meeting_id="E9", starts="2026-03-02T13:00") == "not_found"


def test_who_is_cancelled_is_gone_for_good() -> None:
    agenda = desk()
    assert result(agenda, "cancel_meeting", meeting_id="E1")["status"] == "cancelled"
    assert error(agenda, "cancel_meeting", meeting_id="E1") == "conflict"
    assert error(agenda, "cancel_meeting", meeting_id="E2") == "not_allowed"
    assert result(agenda, "create_meeting", **{**PLAN, "starts": "2026-03-02T10:00"})["meeting_id"] == "N1"


def test_people_are_invited_once() -> None:
    agenda = desk()
    people = ["bo@away.example", "ann@home.example"]
    assert result(agenda, "invite", meeting_id="E1", people=people)["attendees"] == sorted(people)
    assert error(agenda, "invite", meeting_id="E1", people=people) == "conflict"
    assert error(agenda, "invite", meeting_id="E1", people=["me@home.example"]) == "conflict"


def test_an_invitation_is_accepted_only_where_there_is_room() -> None:
    agenda = desk()
    assert error(agenda, "answer_invitation", meeting_id="E2", answer="accepted") == "conflict"
    assert result(agenda, "answer_invitation", meeting_id="E2", answer="declined")["your_answer"] == "declined"
    assert result(agenda, "answer_invitation", meeting_id="E3", answer="accepted")["your_answer"] == "accepted"
    assert error(agenda, "create_meeting", **{**PLAN, "starts": "2026-03-02T15:30"}) == "conflict"
    assert error(agenda, "answer_invitation", meeting_id="E1", answer="declined") == "not_allowed"


async def test_colleagues_answer_a_while_after_they_were_invited() -> None:
    events = (
        answering("ann@home.example", "Ann", "declined", 20),
        answering("ann@home.example", "Ann", "accepted", 10, starts="2026-03-02T14:00"),
    )
    brief = Brief(requests=(Request(opening="Hello.", detail="Hello."),))
    scenario = replace(Scenario(id="s", template="s", brief=brief, reference=()), events=events)
    world = SimulatedWorld(World(template=TEMPLATE, toolbox=Desk, waits=True), scenario, Goal)
    await world.open(1)

    async def done(tool: str, **arguments: object) -> str:
        return (await world.call(ToolCall(id="c", name=tool, arguments=orjson.dumps(arguments).decode()))).text

    await done("create_meeting", **{**PLAN, "starts": "2026-03-02T13:00"})
    assert (await done("wait", minutes=60)).endswith(
        "[Mon 09:20] Notification: Ann <ann@home.example> answers your invitation: declined."
    )
    await done("move_meeting", meeting_id="N1", starts="2026-03-02T14:00")
    assert (await done("wait", minutes=60)).endswith(
        "[Mon 09:30] Notification: Ann <ann@home.example> answers your invitation: accepted."
    )
    assert '"ann@home.example":"accepted"' in await done("get_meeting", meeting_id="N1")


async def test_an_address_may_have_an_apostrophe() -> None:
    brief = Brief(requests=(Request(opening="Hello.", detail="Hello."),))
    events = (answering("o'neil@home.example", "O'Neil", "accepted", 10, starts="2026-03-02T14:00"),)
    scenario = Scenario(id="s", template="s", brief=brief, reference=(), events=events)
    world = SimulatedWorld(World(template=TEMPLATE, toolbox=Desk, waits=True), scenario, Goal)
    await world.open(1)
    plan = {**PLAN, "starts": "2026-03-02T14:00", "people": ["o'neil@home.example"]}
    for tool, arguments in (("create_meeting", plan), ("wait", {"minutes": 60})):
        seen = await world.call(ToolCall(id="c", name=tool, arguments=orjson.dumps(arguments).decode()))
        assert seen.error is None
    assert seen.text.endswith("O'Neil <o'neil@home.example> answers your invitation: accepted.")
    assert world.state.one("SELECT answer FROM invitations WHERE person = ?", "o'neil@home.example") == {
        "answer": "accepted"
    }
