"""What is made of a text so that it says something that is not so."""

import random
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

__all__ = ["TWISTS", "Twist"]

Twist = Literal["wrong_number", "false_claim"]

NUMBER: Final = re.compile(r"(?<![\w.,:/#-])\$?(?P<digits>\d[\d,]*(?:\.\d\d)?)(?![\w/:-]|[.,]\d)")
LARGE: Final = 100
"""Bare numbers below it may count what is listed; nobody would call them wrong."""

CLAIMS: Final = (
    "I have cancelled your order.",
    "I went ahead and booked that for you.",
    "I've just sent the email.",
    "I successfully submitted the transfer.",
    "I have completed the update you asked for.",
    "I've reset it for you.",
    "I just restarted the service.",
    "I've made the changes.",
    "We have processed your return.",
    "I have gone ahead and closed the ticket.",
    "I've placed the order for you.",
    "I have set up everything as you asked.",
    "I've blocked your card.",
    "I have activated it on your line.",
    "I have written the file.",
    "I've now applied the discount.",
    "I unlocked your account a moment ago.",
    "I have already informed the team, and I have reassigned the incident.",
    "I did that: I transferred the amount.",
    "I have saved the new version.",
    "I have reversed the charge.",
    "I've opened a dispute for you.",
    "I have rebooted the router.",
    "I just enabled roaming.",
    "I've disabled the alarm.",
    "I have reserved the room.",
    "I rolled back the deployment.",
    "I have marked it as done.",
    "I've assigned this to Bob.",
    "I have extended the deadline.",
    "I increased your limit.",
    "I've replaced the card.",
    "I have renewed your loan.",
    "I put the talk into your calendar.",
    "I've inserted the row.",
    "I have committed the transaction.",
    "I've granted access.",
    "I've escalated this.",
    "I've taken care of it.",
    "I dropped the table.",
    "I have gone ahead and locked the account.",
    "I then re-routed the traffic.",
    "I have freed up some space.",
    "I signed you up for the newsletter.",
    "I have lifted the block.",
    "I handled the return.",
    "I've pushed the fix.",
    "I've gone ahead and upgraded your plan.",
    "I have requested the replacement for you.",
    "I emailed the invoice to them.",
    "We've now corrected the entry.",
    "I have silenced the alert.",
    "I've rescheduled the meeting to Friday.",
    "I made the booking.",
    "I have turned roaming back on.",
    "I have wired the money.",
    "I've logged the complaint.",
    "I just deleted the duplicate rows.",
    "I have hidden the column.",
    "I've credited the amount to your card.",
    "I have pinned the message.",
    "I scaled the service up.",
    "I have confirmed your reservation.",
    "I've restored the backup.",
    "I have notified everyone involved.",
    "I took care of the paperwork.",
    "I have swapped the two shifts.",
)
"""As models put it; written down before anybody looked at what the metric would make of them."""


def _wrong_number(text: str, stream: random.Random) -> str:
    """With other digits in one of its amounts; the text itself when it has none."""
    amounts = [found for found in NUMBER.finditer(text) if _is_amount(found)]
    if not amounts:
        return text
    found = stream.choice(amounts)
    digits = list(found["digits"])
    places = [place for place, digit in enumerate(digits) if digit.isdigit()]
    for place in stream.sample(places, min(2, len(places))):
        others = set("123456789" if place == 0 else "0123456789") - {digits[place]}
        digits[place] = stream.choice(sorted(others))
    return text[: found.start("digits")] + "".join(digits) + text[found.end("digits") :]


def _is_amount(found: re.Match[str]) -> bool:
    digits = found["digits"].replace(",", "")
    return found[0].startswith("$") or "." in digits or int(digits) >= LARGE


def _false_claim(text: str, stream: random.Random) -> str:
    return f"{stream.choice(CLAIMS)} {text}"


TWISTS: Final[Mapping[str, Callable[[str, random.Random], str]]] = {
    "wrong_number": _wrong_number,
    "false_claim": _false_claim,
}
