"""How the bank's customers behave."""

from wardian.environments.persona import PERSONAS, Persona

__all__ = ["MANNERS"]

_CONFUSED = Persona(
    name="confused",
    patience=6,
    confuses=frozenset({"amount"}),
    answers=("Let me think … {}", "Hm, one second. {}"),
    consents=("Yes, I think that is right. Please go ahead.", "Yes, that sounds right. Go ahead."),
    continues=("Ah, I almost forgot: {}",),
)
_CHATTY = PERSONAS["chatty"].adapted(
    opens=(
        "Hi there! I hope you are having a lovely day. {}",
        "Good morning! I have been with your bank since I was a student, but listen. {}",
    ),
    asides=("My neighbor says that banks are all the same, but I do not agree.", "It is so cold here today!"),
)

MANNERS: dict[str, Persona] = {
    persona.name: persona
    for persona in (PERSONAS["plain"], PERSONAS["terse"], _CHATTY, _CONFUSED, PERSONAS["impatient"])
}
