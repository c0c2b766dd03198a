"""What the models take that speak for users, in the words of whom every arm is answered."""

from wardian.environments.voice import MOST_HEARD, question
from wardian.models.encoding import BYTES_PER_TOKEN
from wardian.runs.figures import DETOURS, FEWEST_BYTES_PER_TOKEN, WORDINESS, ArmForecast, Load, longest, taken
from wardian.runs.rehearsal import World
from wardian.specs.environments import UserSpec
from wardian.specs.job import JobSpec

__all__ = ["spoken_for"]


def spoken_for(job: JobSpec, user: UserSpec, name: str, world: World) -> ArmForecast:
    """What the user of the environment `name` takes, with all arms of the job together."""
    forecast = ArmForecast(arm=f"user of {name}")
    low, opportunities = _along_references(job, user, world), _texts(job, world)
    expected = Load(low.calls * DETOURS, low.read * DETOURS, low.written * DETOURS * WORDINESS)
    tries = opportunities * user.tries
    for member, share in job.panels.shares(user.model, tools=False).items():
        places = [place.spec for place in job.asked[member].usable(member)]
        bound = longest(user.sampling, places)
        most = None
        if bound is not None:
            most = _at_the_limits(user, world, tries, bound).times(share.most, share.read * tries * bound)
        own = low.times(share.least), expected.times(share.expected)
        forecast += taken(places, *own, most, tries * share.most)
    return forecast


def _texts(job: JobSpec, world: World) -> int:
    """How often users may have to speak: in the beginning, and after each turn."""
    return world.episodes * len(job.agents) * (job.limits.turns + 1)


def _along_references(job: JobSpec, user: UserSpec, world: World) -> Load:
    task = _task(user)
    texts = [text for each in world.met for text in each.spoken]
    many = world.scale * len(job.agents)
    read, written = sum(task + heard + said for heard, said in texts), sum(said for _, said in texts)
    return Load(len(texts) * many, read * many / BYTES_PER_TOKEN, written * many / BYTES_PER_TOKEN)


def _at_the_limits(user: UserSpec, world: World, calls: int, bound: int) -> Load:
    """Every text tried as often as it may be, each answer as long, and the agent as talkative as it is listened to."""
    said = max((said for each in world.met for _, said in each.spoken), default=0)
    return Load(calls, calls * (_task(user) + MOST_HEARD + said) / FEWEST_BYTES_PER_TOKEN, calls * bound)


def _task(user: UserSpec) -> int:
    """Bytes of a question without what was heard and is meant."""
    return sum(len(message.wire) for message in question(user.manner, "", ""))
