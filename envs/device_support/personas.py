"""Who calls: two of them know little about their phones."""

from wardian.environments.persona import PERSONAS, Persona

__all__ = ["CALLERS"]

CALLERS: dict[str, Persona] = {
    **{name: PERSONAS[name] for name in ("plain", "terse", "impatient")},
    "chatty": PERSONAS["chatty"].adapted(
        opens=(
            "Hi there! I hope you are having a lovely day. {}",
            "Good morning! I have been with you since my very first phone. Listen: {}",
        )
    ),
    "vague": Persona(
        name="vague",
        patience=7,
        opens=("{} I am not good with these things.", "{} Please use simple words."),
        consents=("Yes, if you think so.", "Yes, please do that."),
        clarifies=("I do not follow. What would that be?",),
        waits=("All right, I am here.",),
    ),
    "confused": Persona(
        name="confused",
        patience=8,
        confuses=frozenset({"status_bar", "airplane_mode_off", "mobile_data_on", "data_saver_off", "restart"}),
        opens=("{} I think I did everything right.",),
        answers=("{}", "{} I believe."),
        waits=("Okay … I am waiting.",),
    ),
}
"""By name. `vague` says little until they are asked for one thing; `confused` takes things for done."""
