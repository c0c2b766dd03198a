"""How a simulated user behaves, whatever they want: their patience and their words."""

from collections.abc import Mapping

from wardian.base.frozen import Frozen

__all__ = ["PERSONAS", "Persona", "met"]


class Persona(Frozen):
    """One manner of talking. Of each tuple the user picks one phrase by the episode's seed."""

    name: str
    patience: int
    """How many turns that lead nowhere the user bears; one more and they are gone."""
    bare: bool = False
    """Answers questions with the value alone."""
    insists: bool = False
    """Does not take the first no for an answer."""
    forgets: frozenset[str] = frozenset()
    """Names of facts that this person does not have at hand."""
    confuses: frozenset[str] = frozenset()
    """Names of facts that this person gets wrong at first, where the fact says how."""
    follows: int = 3
    """How many things this person does that one text asks for."""
    opens: tuple[str, ...] = ("{}",)
    answers: tuple[str, ...] = ("{}",)
    consents: tuple[str, ...] = ("Yes, please go ahead.", "Yes, that is right. Please do.", "Yes, go ahead, please.")
    clarifies: tuple[str, ...] = ("What exactly would you do?", "With what, exactly? Please tell me first.")
    """When asked for a yes to something that has no name yet."""
    corrects: tuple[str, ...] = ("No, not quite. {}",)
    repeats: tuple[str, ...] = ("As I said: {}",)
    restates: tuple[str, ...] = ("I am not sure what you mean. {}", "Hm, let me put it differently. {}")
    continues: tuple[str, ...] = ("Thank you. One more thing: {}", "Great. There is something else: {}")
    resigns: tuple[str, ...] = ("All right, I understand. Something else: {}", "I see. Then another question: {}")
    """After a no, when there is more."""
    insistence: tuple[str, ...] = ("Are you sure? That should be possible. {}",)
    declines: tuple[str, ...] = ("I would rather settle this with you, if you can.",)
    """When a transfer is offered for something that the agent could do."""
    waits: tuple[str, ...] = ("Okay, I will wait.", "Okay, thank you.")
    silence: tuple[str, ...] = ("Hello? Are you still there?", "Are you there?")
    asides: tuple[str, ...] = ()
    """Said behind the first answer: about something else."""

    def adapted(self, **fields: object) -> "Persona":
        """The same manner with other words, or another habit.

        Raises:
            ValidationError: when there is no such field, or it is of another type.
        """
        return Persona.model_validate({**self.model_dump(), **fields})


PERSONAS = {
    persona.name: persona
    for persona in (
        Persona(name="plain", patience=5),
        Persona(
            name="terse",
            patience=4,
            bare=True,
            consents=("yes", "Yes.", "ok, do it"),
            clarifies=("do what?",),
            corrects=("no. {}",),
            repeats=("{}",),
            restates=("{}",),
            continues=("Also: {}", "Next. {}"),
            resigns=("ok. {}", "too bad. {}"),
            insistence=("Really? {}",),
            declines=("no, you do it",),
            waits=("ok", "fine"),
            silence=("?", "hello?"),
        ),
        Persona(
            name="chatty",
            patience=6,
            insists=True,
            opens=(
                "Hi there! I hope you are having a lovely day. {}",
                "Good morning! I have been a customer since 2019 and I love your shop, but listen. {}",
            ),
            answers=(
                "Of course! {} Sorry if I am slow, the dog wants to go out.",
                "Sure thing. {} My sister told me that you are very helpful, by the way.",
            ),
            consents=(
                "Oh wonderful, yes, please do that!",
                "Yes, yes, that is exactly what I want, go ahead.",
            ),
            continues=("You are a star, thank you! While I have you here: {}", "Lovely! Oh, and another thing. {}"),
            waits=("No problem, take your time, I am making tea anyway.",),
        ),
        Persona(
            name="forgetful",
            patience=5,
            forgets=frozenset({"email", "order"}),
            answers=("Let me think … {}", "Hm, one second. {}"),
            consents=("Yes, I think that is right. Please go ahead.", "Yes, that sounds right."),
            continues=("Ah, I almost forgot: {}",),
        ),
        Persona(
            name="impatient",
            patience=2,
            insists=True,
            opens=("{} I do not have much time.", "{} Please be quick, I am at work."),
            answers=("{}", "{} Can we hurry up?"),
            consents=("Yes, just do it.", "Yes! Go ahead."),
            clarifies=("Do what? Be precise, please.",),
            corrects=("No! {}",),
            repeats=("I have told you already: {}",),
            restates=("What? {}",),
            continues=("Finally. And another thing: {}",),
            resigns=("Great. Just great. Then this: {}",),
            insistence=("That cannot be right. {}",),
            waits=("Fine, but hurry.",),
            silence=("Hello?!", "Is anybody there?"),
        ),
    )
}


def met(personas: Mapping[str, Persona], wanted: str, number: int, kinds: int) -> Persona:
    """Who comes with task `number`.

    Args:
        personas: by name.
        wanted: one of these names; with "mixed" they take turns.
        number: of the task, from 0.
        kinds: how many templates take turns as well: each of them meets every persona in time.
    """
    if wanted != "mixed":
        return personas[wanted]
    return list(personas.values())[(number + number // kinds) % len(personas)]
