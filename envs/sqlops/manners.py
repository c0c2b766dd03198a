"""How colleagues behave: as people do everywhere, in the words of an office."""

from wardian.environments.persona import PERSONAS, Persona

__all__ = ["MANNERS"]

_OFFICE: dict[str, dict[str, object]] = {
    "chatty": {
        "opens": (
            "Good morning! I hope the data desk had a nice weekend. {}",
            "Hi there, me again, the one with the spreadsheets. {}",
        ),
        "answers": ("Of course! {} Sorry, the printer is next to me.", "Sure thing. {} You are always so quick."),
        "waits": ("No problem, take your time, I am making tea anyway.",),
    },
    "forgetful": {"forgets": frozenset({"ticket"})},
    "impatient": {"opens": ("{} I have a meeting in five minutes.", "{} Please be quick.")},
}

MANNERS: dict[str, Persona] = {name: persona.adapted(**_OFFICE.get(name, {})) for name, persona in PERSONAS.items()}
