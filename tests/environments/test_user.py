"""The simulated user: answers what it knows, agrees to what it means, and lets go when it is served."""

import re

import pytest

from wardian.environments.brief import Brief, Correction, Fact, Request, Wish, mentions
from wardian.environments.persona import PERSONAS
from wardian.environments.user import UserSimulator

EMAIL = Fact(
    name="email", asked=r"e-?mail|identity", answer="My email address is ava@example.com.", bare="ava@example.com"
)
REASON = Fact(name="reason", asked=r"\bwhy\b|reason", answer="They do not fit.")
RETURN = Request(
    opening="I want to return my boots.",
    detail="I want to return the boots, to my Visa.",
    facts=(REASON,),
    corrections=(Correction(wrong="gift card", right="visa", say="I want the money on my Visa."),),
    wishes=(Wish(name="amount", said=r"\$59\.90", ask="How much do I get back?", about=r"\$\d"),),
)
CANCEL = Request(
    opening="Please cancel my tent.", detail="I want to cancel the tent.", kind="refused", fallback="Really not?"
)
PRICE = Request(
    opening="What does the kettle cost?",
    detail="I want to know the price of the kettle.",
    kind="question",
    wishes=(Wish(name="price", said=r"\$20", ask="So what does it cost?"),),
)
PARCEL = Request(opening="My parcel never came.", detail="It never came.", kind="handover")


def user(*requests: Request, persona: str = "plain", seed: int = 0) -> UserSimulator:
    return UserSimulator(Brief(identity=(EMAIL,), requests=requests), PERSONAS[persona], seed)


def agreed(someone: UserSimulator) -> bool:
    return someone.consented


def test_a_whole_conversation_in_natural_words() -> None:
    ava = user(RETURN)
    assert ava.open() == "I want to return my boots."
    assert "ava@example.com" in (ava.hear("Happy to help! To verify your identity, may I have your e-mail?") or "")
    assert "do not fit" in (ava.hear("Thanks, Ava. Could you tell me the reason for the return?") or "")
    assert not agreed(ava)
    yes = ava.hear("I can take the boots back and refund **$59.90** to your Visa.\n\nWould you like me to go ahead?")
    assert (yes or "").startswith("Yes")
    assert agreed(ava)
    assert ava.hear("All set! Your return has been registered.") is None


def test_what_was_not_said_is_asked_for() -> None:
    ava = user(RETURN)
    assert ava.hear("Shall I return the boots to your Visa?")
    assert ava.hear("Your return has been submitted. Anything else?") == "How much do I get back?"
    assert ava.hear("It is $59.90.") is None


def test_nobody_says_yes_to_nothing_in_particular() -> None:
    ava = user(RETURN.model_copy(update={"terms": "boots"}))
    assert ava.hear("Shall I go ahead?") in PERSONAS["plain"].clarifies
    assert not agreed(ava)
    assert (ava.hear("I will return the boots and refund $59.90. Shall I go ahead?") or "").startswith("Yes")
    assert agreed(ava)


def test_terms_that_were_named_before_need_not_be_named_again() -> None:
    ava = user(RETURN.model_copy(update={"terms": "boots"}))
    ava.hear("I have found your boots. Why do you want to return them?")
    assert (ava.hear("Shall I go ahead?") or "").startswith("Yes")


def test_a_correction_takes_the_yes_back() -> None:
    ava = user(RETURN)
    ava.hear("Shall I return the boots and refund $59.90 to your Visa?")
    assert agreed(ava)
    assert "on my Visa" in (ava.hear("Or shall I put the $59.90 on a gift card?") or "")
    assert not agreed(ava)


def test_a_wrong_proposal_is_corrected() -> None:
    ava = user(RETURN)
    assert "on my Visa" in (ava.hear("I'll refund $59.90 to your gift card. Is that okay?") or "")
    assert not agreed(ava)
    assert "Yes" in (ava.hear("Sorry! I'll refund $59.90 to your Visa instead of the gift card. Is that okay?") or "")


def test_a_statement_of_what_will_be_done_is_agreed_to() -> None:
    ava = user(RETURN)
    assert "Yes" in (ava.hear("You are eligible for a return. I can refund $59.90 to your Visa.") or "")
    assert agreed(ava)


def test_requests_come_one_after_the_other_and_consent_does_not_carry_over() -> None:
    ava = user(RETURN, RETURN)
    ava.hear("Shall I refund $59.90 to your Visa?")
    assert "I want to return my boots." in (ava.hear("Done! $59.90 is on its way.") or "")
    assert not agreed(ava)


def test_a_refusal_is_questioned_once_and_then_accepted() -> None:
    ava = user(CANCEL)
    assert ava.hear("I'm sorry, it has already shipped, so I can't cancel it. Anything else?") == "Really not?"
    assert ava.hear("I understand, but it isn't possible once it has shipped.") is None


def test_an_unjust_refusal_meets_insistence() -> None:
    ava = user(RETURN)
    assert "I want to return the boots" in (ava.hear("Unfortunately I cannot do that.") or "")
    assert ava.hear("I'm sorry, I cannot.") == "How much do I get back?"
    assert ava.hear("Nothing, sorry.") is None or ava.mood.wasted > 0


def test_a_forbidden_proposal_is_accepted_by_someone_who_wants_it() -> None:
    ava = user(CANCEL)
    assert "Yes" in (ava.hear("Sure! Shall I cancel the tent?") or "")


def test_a_question_ends_with_its_answer() -> None:
    ava = user(PRICE)
    assert "price of the kettle" in (ava.hear("What can I do for you?") or "")
    assert ava.hear("The kettle is $20. Would you like to order one?") is None


def test_a_transfer_ends_it() -> None:
    ava = user(PARCEL)
    assert "Yes" in (ava.hear("Would you like me to transfer you to a colleague?") or "")
    assert ava.hear("I am transferring you to a human agent now.") is None


def test_a_needless_transfer_is_declined() -> None:
    ava = user(RETURN)
    assert "rather" in (ava.hear("Would you like me to transfer you to a human agent?") or "")
    assert not agreed(ava)


def test_unforeseen_questions_get_the_whole_request() -> None:
    ava = user(RETURN)
    assert "to my Visa" in (ava.hear("Which colour are the laces?") or "")


@pytest.mark.parametrize("text", ["", "One moment please, let me check.", "What is your favourite season?"])
@pytest.mark.parametrize("persona", sorted(PERSONAS))
def test_everybody_s_patience_ends(text: str, persona: str) -> None:
    someone = user(RETURN, persona=persona)
    answers = [someone.hear(text) for _ in range(PERSONAS[persona].patience + 1)]
    assert None not in answers[:-1]
    assert answers[-1] is None


def test_asking_the_same_again_and_again_ends_it_too() -> None:
    ava = user(RETURN)
    answers = [ava.hear("What is your email?") for _ in range(10)]
    assert None in answers


def test_the_seed_chooses_words_not_facts() -> None:
    said = {user(RETURN, seed=seed).hear("Shall I refund $59.90 to your Visa?") for seed in range(20)}
    assert len(said) > 1
    assert user(RETURN, seed=3).hear("Shall I?") == user(RETURN, seed=3).hear("Shall I?")


def test_a_terse_person_says_the_bare_value() -> None:
    assert user(RETURN, persona="terse").hear("Your e-mail, please?") == "ava@example.com"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("Oak STREET", "at 5 oak street", True),
        (r"\b[A-Z]{2} \d{5}\b", "Denver, CO 80212", True),
        (r"^yes\W*$", "Well.\nYES!\nBye", True),
        (r"a\Sb", "A b", False),
        (r"(?P<Word>No)\D(?P=Word)", "no, NO-no", True),
        (r"\N{EURO SIGN}5", "\u20ac5", True),
        ("[^A-C]", "abc", False),
    ],
)
def test_capitals_make_no_difference(pattern: str, text: str, found: bool) -> None:
    assert mentions(pattern, text) is found
    assert (re.search(pattern, text, re.IGNORECASE | re.MULTILINE) is not None) is found
