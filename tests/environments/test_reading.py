"""The user reads natural wording: a table of what agents write, and what it means."""

import pytest

from wardian.environments.reading import read


@pytest.mark.parametrize(
    "text",
    [
        "Shall I go ahead and cancel it?",
        "I'll return the boots and refund $59.90 to your Visa. Do you confirm?",
        "Would you like me to proceed with this exchange?",
        "Please confirm (yes/no) so I can proceed.",
        "Here is what I will do:\n- **Order:** W10023\n- **Refund:** $59.90 to PayPal\n\nIs this correct?",
        "Does everything look good to you?",
        'Just to confirm: you want to return the kettle, refund to Visa. Reply "yes" to continue.',
        "Let me know if you'd like me to go ahead.",
        "Can I process that for you now?",
        "Are you sure you want to cancel order W10023?",
        "Would you like to return it to your original payment method?",
        "Is that okay with you?",
        "How does that sound?",
        "May I submit the return?",
        "The new address would be 12 Oak Street. Is this right?",
        "Do you want to proceed with the cancellation, reason: ordered by mistake?",
        "Please confirm the details below and I\u2019ll take care of it:\n1. Item: Kettle\n2. Refund: $20",
        "Before I make the change, I need your explicit confirmation.",
    ],
)
def test_proposals(text: str) -> None:
    assert read(text).proposes


@pytest.mark.parametrize(
    "text",
    [
        "Could you please provide your email address?",
        "May I have your full name and ZIP code?",
        "To verify your identity, can I get your email?",
        "Could you confirm your email address for me?",
        "I need a few details to verify your account:\n- Full name\n- ZIP code",
        "What is the order number?",
        "Which of the two jackets would you like to return?",
        "How would you like to receive the refund?",
        "What would you like to do instead?",
        "Please tell me why you are returning it.",
        "Where should we send it?",
        "How can I help you today?",
    ],
)
def test_questions_are_no_proposals(text: str) -> None:
    reading = read(text)
    assert reading.asks
    assert not reading.proposes
    assert not reading.done


@pytest.mark.parametrize(
    "text",
    [
        "Your order has been cancelled. You will get $20 back on your Visa.",
        "I've processed the return; please allow 5-7 business days for the refund.",
        "Done! Is there anything else I can help you with?",
        "You're all set.",
        "The exchange was successfully submitted.",
        "I have updated the shipping address to 12 Oak Street. Let me know if you need anything else!",
        "The return is complete, and the refund of $12.00 has been issued.",
        "All done. Have a great day!",
        "I've also sent the invitation to Ann.",
        "We moved the review to Friday and informed everybody.",
        "I answered the mail and declined to share the private number.",
        "I've sent the brochure. We do not share private numbers.",
    ],
)
def test_reports(text: str) -> None:
    reading = read(text)
    assert reading.done
    assert not reading.asks


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but this order has already shipped, so I can't cancel it.",
        "Unfortunately that item is final sale and is not eligible for return.",
        "We are unable to refund to a different card.",
        "The return window expired on 3 March.",
        "That is outside of our 30-day return window.",
        "It\u2019s against our policy to share details of other customers.",
        "The black one in M is out of stock.",
        "I can\u2019t do that.",
        "Refunds can only be issued to the original payment method; other cards won't work.",
        "That order isn't eligible for a return any more.",
        "I understand, but there are no exceptions.",
        "After 60 days no dispute is possible.",
    ],
)
def test_refusals(text: str) -> None:
    assert read(text).denies


@pytest.mark.parametrize(
    "text",
    [
        "I couldn't find an account with that email. Could you give me your name and ZIP code?",
        "I can't access your account without verifying you first.",
        "Your return is eligible. Shall I go ahead?",
        "Could you share your email?",
        "The order was delivered on 20 February.",
        "No problem, that is possible.",
    ],
)
def test_no_refusals(text: str) -> None:
    assert not read(text).denies


@pytest.mark.parametrize(
    "text",
    [
        "One moment please while I look up your order.",
        "Let me check that for you.",
        "I'll process this now.",
        "I am cancelling the order now.",
        "Thank you. I'm looking up your account.",
        "One moment, I will check whether the parcel has already been sent.",
    ],
)
def test_stalling_is_no_report(text: str) -> None:
    reading = read(text)
    assert reading.stalls
    assert not reading.done
    assert not reading.asks


@pytest.mark.parametrize(
    "text",
    [
        "I am transferring you to a human agent now.",
        "You have been transferred to a specialist who will contact you.",
        "I've escalated this to our support team.",
        "A colleague will take over from here.",
        "I'm connecting you with a human representative.",
    ],
)
def test_handovers(text: str) -> None:
    reading = read(text)
    assert reading.hands_over
    assert not reading.asks


def test_a_farewell_closes_and_asks_nothing() -> None:
    for text in ("Is there anything else I can help with?", "Have a nice day!", "Do you have any other questions?"):
        reading = read(text)
        assert reading.closes
        assert not reading.asks
        assert not reading.proposes


def test_an_order_s_history_is_no_report() -> None:
    for text in (
        "Your order was delivered on 20 February.",
        "It has not been processed yet.",
        "It was placed on May 2.",
    ):
        assert not read(text).done


def test_a_list_under_a_question_is_asked_for() -> None:
    questions = read("I can help. Please send me:\n1. Your email address\n2. The order number\n\nThanks!").questions
    assert "email" in questions
    assert "order number" in questions
