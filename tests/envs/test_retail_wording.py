"""The customers of the retail pack understand other words than the reference's: those of real assistants."""

import pytest
from support.reworded import STYLES, understands
from support.shipped import shipped

from wardian.environments.pack import Pack

IDENTIFY = (
    (
        "Hi there! I'd be happy to help. To get started, could you please verify your identity by sharing the email on "
        "your account? If you don't have it at hand, your full name and ZIP code work too."
    ),
    (
        "Sure thing! Before I can look into this I need to locate your account. Please provide:\n\n"
        "1. Your email address, or\n2. Your first and last name and ZIP code"
    ),
    (
        "I'm sorry to hear that. For security, may I have the e-mail associated with your account, or alternatively "
        "your full name plus your ZIP code?"
    ),
)
OPENERS = {"your email address?": IDENTIFY, "full name and the ZIP": ()}
"""The second is asked for with the first."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped("retail", issues=1, tasks=75)


@pytest.mark.parametrize("style", STYLES)
async def test_other_words_lead_to_the_same_end(pack: Pack, style: int) -> None:
    await understands(pack, style, OPENERS, {"find_customer_by_email", "find_customer_by_name"})
