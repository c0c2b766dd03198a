"""A proactive program: time passes, and the agent must notice by itself what has changed."""

from collections.abc import Mapping, Sequence

from wardian.base.frozen import JsonValue
from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.environments.brief import mentions
from wardian.environments.programs.program import Case
from wardian.environments.programs.seat import Agent
from wardian.environments.programs.stage import Stage
from wardian.environments.solution import Solution

from .desk import sent

GARDENERS = ("ravi@fernhill.example", "sofie@fernhill.example", "tomas@fernhill.example", "wanda@fernhill.example")
HOUSES = ("cactus_house", "fern_house", "orchid_house", "palm_house")


async def proactive_heartbeat(
    env: Stage, agent: Agent, house: str, gardener: str, every: int, readings: list[int | None]
) -> None:
    """A sensor writes a report from time to time; somebody wants to hear of each."""
    await agent.act(
        f"The sensors of the {house.replace('_', ' ')} write reports into sensors/. You will be woken every {every} "
        f"minutes. Whenever there is a new report of that house, write its temperature to {gardener}, in a mail for "
        "each report. When there is nothing new, do nothing."
    )
    stray = len(sent(env))
    for beat, reading in enumerate(readings, 1):
        before = len(sent(env))
        if reading is not None:
            env.add("files", {"path": f"sensors/{house}_{beat}.txt", "content": f"{house}: {reading} degrees"})
        await agent.wake(minutes=every)
        mails = sent(env)[before:]
        if reading is None:
            stray += len(mails)
        else:
            right = [
                mail for mail in mails if mail["recipient"] == gardener and mentions(rf"\b{reading}\b", mail["body"])
            ]
            env.check(f"beat_{beat}_told", len(right) == len(mails) == 1, "not one mail with the temperature was sent")
    env.forbid("wrote_without_news", stray > 0, f"{stray} mails were sent when nothing was new")


def solution(house: str, gardener: str, every: int, readings: list[int | None]) -> Sequence[Message]:
    """Look at every heartbeat, write when there is something."""
    script = Solution()
    script.say("I will keep an eye on it.")
    for beat, reading in enumerate(readings, 1):
        script.call("list_files", folder="sensors/")
        if reading is None:
            script.say("Nothing new.")
            continue
        script.call("read_file", path=f"sensors/{house}_{beat}.txt")
        body = f"The {house.replace('_', ' ')} is at {reading} degrees."
        script.call("send_mail", to=gardener, subject=f"Report {beat}", body=body)
        script.say("There was a report. I have passed it on.")
    return script.messages


def cases(count: int, beats: int) -> Mapping[str, Case]:
    """A house each; some heartbeats bring a report, and at least one does not."""
    return {str(number): _case(number, beats) for number in range(1, count + 1)}


def _case(number: int, beats: int) -> Mapping[str, JsonValue]:
    stream = random_stream("demo_programs", "heartbeat", number)
    news = stream.sample(range(beats), stream.randint(1, beats - 1))
    readings: list[JsonValue] = [stream.randint(12, 39) if beat in news else None for beat in range(beats)]
    house, gardener = stream.choice(HOUSES), stream.choice(GARDENERS)
    return {"house": house, "gardener": gardener, "every": stream.choice((10, 30, 60)), "readings": readings}
