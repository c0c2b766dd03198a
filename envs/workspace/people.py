"""The members of the team, as they talk to an assistant: the known personas, without what customers say."""

from wardian.environments.persona import PERSONAS, Persona

__all__ = ["COLLEAGUES"]

_OWN: dict[str, dict[str, object]] = {
    "plain": {},
    "terse": {},
    "chatty": {
        "opens": (
            "Hi there! I hope you had a nice weekend. {}",
            "Good morning! I am back from holiday and my inbox is a mess, but first: {}",
        ),
        "answers": (
            "Of course! {} Sorry if I am slow, somebody is at the door.",
            "Sure thing. {} I should have said that right away.",
        ),
    },
    "forgetful": {"forgets": frozenset({"place"})},
    "impatient": {"opens": ("{} I do not have much time.", "{} Please be quick, I am in a meeting.")},
}

COLLEAGUES: dict[str, Persona] = {name: PERSONAS[name].adapted(**own) for name, own in _OWN.items()}
