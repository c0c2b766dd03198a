"""How Nora talks on different days: the personas of all packs, with words that fit an office."""

from wardian.environments.persona import PERSONAS

__all__ = ["MOODS"]

_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "plain": {"opens": ("Good morning. {}", "{} Thank you.")},
    "terse": {},
    "chatty": {
        "opens": (
            "Good morning! I hope you had a nice weekend. {}",
            "Hi! What a Monday, everybody wants something. {}",
        ),
        "answers": ("Of course! {} Sorry, the phone never stops.", "Sure. {} I am on the train, by the way."),
        "waits": ("No problem, take your time, I am getting a coffee anyway.",),
    },
    "forgetful": {"opens": ("What was it … ah, yes. {}", "Before I forget it again: {}")},
    "impatient": {"opens": ("{} I have to be in a meeting in a minute.", "{} Quickly, please.")},
}

MOODS = {name: persona.adapted(**_WORDS[name]) for name, persona in PERSONAS.items()}
"""By the names of the personas."""
