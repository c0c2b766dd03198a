"""The customers of the bank pack understand other words than the reference's: those of real assistants."""

import pytest
from support.reworded import STYLES, understands
from support.shipped import shipped

from wardian.environments.pack import Pack

IDENTIFY = (
    "Hi there! To get started, could you please verify your identity by sharing your full name and date of birth?",
    "Sure! To locate your account, please provide:\n\n1. Your full name\n2. Your date of birth (YYYY-MM-DD)",
    "For security, may I have your first and last name, please, along with your DOB?",
)
CODE = (
    "Thanks! I've just sent a 6-digit verification code to your phone. Could you please read it back to me?",
    "Thank you. I've texted a one-time code to your phone. Please share the code, so I can verify your identity.",
    "A security code is on its way to ***-***-1234. Once you have it, let me know what the code is.",
)
OPENERS = {"your date of birth, please": IDENTIFY, "What is the code?": CODE}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped("bank", issues=1)


@pytest.mark.parametrize("style", STYLES)
async def test_other_words_lead_to_the_same_end(pack: Pack, style: int) -> None:
    await understands(pack, style, OPENERS, {"find_customer", "verify_code"})
