"""A program with a loop over what is still missing, and a branch on what the agent found."""

from collections.abc import Mapping, Sequence

from wardian.base.frozen import JsonValue
from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.environments.brief import mentions
from wardian.environments.programs.program import Case
from wardian.environments.programs.seat import Agent
from wardian.environments.programs.stage import Stage
from wardian.environments.solution import Solution

from .desk import content_of, receive, sent

HANDOUT = "handout/"
TOPICS = {
    "soil": "The soil needs {} parts of sand.",
    "light": "Seedlings want {} hours of light a day.",
    "water": "Give {} millilitres of water to every pot.",
    "pruning": "Cut {} centimetres above the third bud.",
    "frost": "Cover the bed from minus {} degrees on.",
    "compost": "Turn the compost every {} days.",
}
ORGANISERS = ("ruth.adler@gardenclub.example", "pedro.lima@gardenclub.example", "anna.vogel@gardenclub.example")
PLACES = ("the Linden Hall", "the Old Greenhouse", "the Town Library", "the Water Pavilion")
REMINDERS = 2
"""How often the program asks again for one chapter."""


async def branch_and_loop(
    env: Stage, agent: Agent, organiser: str, talk: dict[str, str], moved: dict[str, str], notes: dict[str, int | None]
) -> None:
    """A talk is put into the calendar, a handout grows chapter by chapter, and then one of two things happens."""
    for topic, number in notes.items():
        if number is not None:
            env.add("files", {"path": f"notes/{topic}.md", "content": TOPICS[topic].format(number)})
    receive(
        env,
        "M90",
        organiser,
        "Your talk",
        f"Dear Mina, your talk is on {talk['day']} at {talk['time']}, in {talk['place']}.",
    )
    await agent.act("The garden club has written to me about my talk. Please put it into my calendar.")
    env.check("event_created", _is_at(env, talk), "the talk is not in the calendar as the mail says")

    for topic, number in notes.items():
        await _write_chapter(env, agent, topic, number)
    written = {row["path"] for row in env.all("SELECT path FROM files WHERE path LIKE ?", f"{HANDOUT}%")}
    noted = {f"{HANDOUT}{topic}.md" for topic, number in notes.items() if number is not None}
    env.check("handout", written == noted, f"the handout is {sorted(written)} and should be {sorted(noted)}")

    missing = [topic for topic, number in notes.items() if number is None]
    if missing:
        await agent.act(
            f"So the chapter about {missing[0]} cannot be written. Please tell the organiser by mail that the handout "
            f"will be late, and name the chapter that is missing."
        )
        told = [mail["recipient"] == organiser and mentions(rf"\b{missing[0]}\b", mail["body"]) for mail in sent(env)]
        env.check("organiser_told", told == [True], "not one mail about it was sent to the organiser, and no other")
    else:
        receive(
            env,
            "M91",
            organiser,
            "A new date",
            f"Dear Mina, we have to move: {moved['day']} at {moved['time']}, same place.",
        )
        await agent.act("The handout is complete, thank you. There is another mail from the club. Please see to it.")
        moved_only = _is_at(env, {**talk, **moved}) and not sent(env)
        env.check("event_moved", moved_only, "the talk is not at its new time, or somebody was written to")


async def _write_chapter(env: Stage, agent: Agent, topic: str, number: int | None) -> None:
    """Ask for a chapter until it is there, or there was enough asking."""
    path = f"{HANDOUT}{topic}.md"
    asked = (
        f"Please write a chapter about {topic} into {path}, from what my notes say. If there are no notes, leave it."
    )
    for _ in range(1 + REMINDERS):
        await agent.act(asked)
        if number is None or _covers(env, path, number):
            break
        asked = f"{path} does not say yet what my notes say about {topic}. Please write it."
    if number is not None:
        env.check(f"chapter_{topic}", _covers(env, path, number), f"what the notes say is not in {path}")


def _covers(env: Stage, path: str, number: int) -> bool:
    return mentions(rf"\b{number}\b", content_of(env, path))


def _is_at(env: Stage, talk: Mapping[str, str]) -> bool:
    events = env.all("SELECT day, time, place FROM events")
    wanted = [event for event in events if (event["day"], event["time"]) == (talk["day"], talk["time"])]
    return len(events) == len(wanted) == 1 and mentions(talk["place"].removeprefix("the "), wanted[0]["place"])


def solution(
    organiser: str, talk: dict[str, str], moved: dict[str, str], notes: dict[str, int | None]
) -> Sequence[Message]:
    """Read, then write."""
    script = Solution()
    script.call("list_mails")
    script.call("read_mail", mail_id="M90")
    script.call("create_event", title="Talk at the garden club", **talk)
    script.say(f"Your talk is in the calendar: {talk['day']}, {talk['time']}.")
    for topic, number in notes.items():
        script.call("list_files", folder="notes/")
        if number is None:
            script.say(f"There are no notes about {topic}, so I have left it.")
            continue
        script.call("read_file", path=f"notes/{topic}.md")
        script.call("write_file", path=f"{HANDOUT}{topic}.md", content=TOPICS[topic].format(number))
        script.say(f"I have written the chapter about {topic}.")
    missing = next((topic for topic, number in notes.items() if number is None), None)
    if missing is None:
        script.call("list_mails")
        script.call("read_mail", mail_id="M91")
        script.call("list_events")
        script.call("move_event", event_id="E1", **moved)
        script.say(f"The talk has moved to {moved['day']}, {moved['time']}; your calendar says so now.")
    else:
        body = f"The handout will be late: the chapter about {missing} is missing."
        script.call("send_mail", to=organiser, subject="The handout", body=body)
        script.say("I have written to the organiser.")
    return script.messages


def cases(count: int, chapters: int) -> Mapping[str, Case]:
    """A talk each; in every other case the notes about one topic do not exist."""
    return {str(number): _case(number, chapters) for number in range(1, count + 1)}


def _case(number: int, chapters: int) -> Mapping[str, JsonValue]:
    stream = random_stream("demo_programs", "branch_and_loop", number)
    topics = stream.sample(list(TOPICS), chapters)
    amounts = stream.sample(range(11, 100), chapters)
    notes: dict[str, JsonValue] = dict(zip(topics, amounts, strict=True))
    if number % 2 == 0:
        notes[stream.choice(topics)] = None
    day = stream.randrange(10, 20)
    talk: JsonValue = {
        "day": f"2026-06-{day}",
        "time": f"{stream.randrange(10, 18)}:30",
        "place": stream.choice(PLACES),
    }
    moved: JsonValue = {"day": f"2026-06-{day + stream.randrange(1, 9)}", "time": f"{stream.randrange(10, 18)}:15"}
    return {"organiser": stream.choice(ORGANISERS), "talk": talk, "moved": moved, "notes": notes}
