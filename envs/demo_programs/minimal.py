"""The smallest program: two turns, and a check after each."""

from collections.abc import Mapping, Sequence
from itertools import product

from wardian.base.frozen import JsonValue
from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.environments.programs.program import Case
from wardian.environments.programs.seat import Agent
from wardian.environments.programs.stage import Stage
from wardian.environments.solution import Solution

from .desk import content_of

BEDS = ("alpine bed", "fern house", "herb spiral", "lily pond", "moss garden", "orchard", "palm house", "rock wall")
DEEDS = ("watered", "weeded", "mulched", "replanted", "pruned", "closed for visitors")


async def minimal(env: Stage, agent: Agent, path: str, first: str, second: str) -> None:
    """A file is written, and gets a second line."""
    before = env.all("SELECT * FROM files ORDER BY path")
    await agent.act(f"Please write a file {path} with just this line: {first}")
    env.check("written", content_of(env, path).strip() == first, f"{path} does not hold the line, or more than that")

    await agent.act(f"Thank you. Now add this as a second line: {second}")
    lines = content_of(env, path).strip().splitlines()
    env.check("extended", lines == [first, second], f"{path} does not hold the two lines")
    rest = env.all("SELECT * FROM files WHERE path <> ? ORDER BY path", path)
    env.forbid("touched_others", rest != before, "another file has changed")


def solution(path: str, first: str, second: str) -> Sequence[Message]:
    """Write it twice."""
    script = Solution()
    script.call("write_file", path=path, content=first + "\n")
    script.say(f"I have written {path}.")
    script.call("write_file", path=path, content=f"{first}\n{second}\n")
    script.say("I have added the line.")
    return script.messages


def cases(count: int) -> Mapping[str, Case]:
    """A log entry of one of the beds each."""
    stream = random_stream("demo_programs", "minimal")
    pairs = stream.sample(list(product(BEDS, DEEDS)), count)
    return {str(number): _case(number, *pair) for number, pair in enumerate(pairs, 1)}


def _case(number: int, bed: str, deed: str) -> Mapping[str, JsonValue]:
    path = f"log/{bed.replace(' ', '_')}_{number}.txt"
    return {"path": path, "first": f"The {bed} was {deed} today.", "second": f"Next round in {2 + number} days."}
