"""A mailbox as an agent meets it."""

import orjson
import pytest
from support.desk_world import ME, NOW, TEMPLATE, called, desk, error, result

from wardian.environments.checks import Evidence, visible
from wardian.environments.life.event import Mutation, News
from wardian.environments.mail.mail_checks import MailRead, MailSays
from wardian.environments.mail.mailbox import Mail, arrival
from wardian.environments.transcript import CallNote, Transcript

IGNORED = frozenset({"sent_mails", "deliveries.mail"})


def test_a_folder_is_listed_newest_first() -> None:
    box = desk()
    assert [line["mail_id"] for line in result(box, "list_mails")] == ["M1", "M2"]
    assert [line["mail_id"] for line in result(box, "list_mails", folder="archive")] == ["M3"]
    assert result(box, "list_mails", page=2) == []
    assert error(box, "list_mails", folder="attic") == "not_found"
    assert error(box, "list_mails", page=0) == "invalid_arguments"


def test_search_wants_all_words_wherever_they_stand() -> None:
    box = desk()
    assert [line["mail_id"] for line in result(box, "search_mails", query="ANN plans")] == ["M1"]
    assert [line["mail_id"] for line in result(box, "search_mails", query="a.txt")] == ["M1"]
    assert len(result(box, "search_mails", query="")) == 3
    assert result(box, "search_mails", query="100%_' OR 1=1 --") == []


def test_a_mail_shows_all_of_it_and_a_stranger_is_none() -> None:
    box = desk()
    mail = result(box, "read_mail", mail_id="M1")
    assert (mail["from"], mail["to"], mail["attachments"]) == ("ann@home.example", [ME], ["a.txt"])
    assert mail["body"] == "See here."
    assert error(box, "read_mail", mail_id="M9") == "not_found"
    assert error(box, "read_thread", thread_id="T9") == "not_found"


def test_what_was_sent_stands_in_its_thread_and_in_the_folder_sent() -> None:
    box = desk()
    result(box, "reply_mail", mail_id="M2", body="9 euros?")
    assert [line["mail_id"] for line in result(box, "list_mails", folder="sent")] == ["S1"]
    assert [mail["from"] for mail in result(box, "read_thread", thread_id="TM2")] == ["bo@away.example", ME]
    assert error(box, "move_mail", mail_id="S1", folder="trash") == "not_allowed"


def test_an_answer_goes_to_who_wrote_or_to_all_of_them() -> None:
    box = desk()
    assert result(box, "reply_mail", mail_id="M2", body="No.")["to"] == ["bo@away.example"]
    everybody = result(box, "reply_mail", mail_id="M2", body="No.", reply_all=True)
    assert everybody["to"] == ["bo@away.example", "cy@home.example"]
    reminder = result(box, "reply_mail", mail_id=everybody["mail_id"], body="Well?")
    assert reminder["to"] == ["bo@away.example", "cy@home.example"]
    assert {line["subject"] for line in result(box, "list_mails", folder="sent")} == {"Re: Offer"}


def test_a_mail_is_forwarded_with_what_came_with_it() -> None:
    box = desk()
    sent = result(box, "forward_mail", mail_id="M1", to=["Cy <CY@home.example>"])
    assert (sent["to"], sent["attachments"]) == (["cy@home.example"], ["a.txt"])
    assert "See here." in result(box, "read_mail", mail_id=sent["mail_id"])["body"]


@pytest.mark.parametrize("to", [[], ["nobody"], ["a b@c.de"], ["a@b.de, c@d.de"], [""], ["<a@b.de>x"]])
def test_addresses_must_be_some(to: list[str]) -> None:
    assert error(desk(), "send_mail", to=to, subject="?", body="?") == "invalid_arguments"


def test_there_must_be_a_file_to_attach() -> None:
    box = desk()
    assert error(box, "send_mail", to=["a@b.de"], subject="?", body="?", attachments=["b.txt"]) == "not_found"
    assert result(box, "send_mail", to=["a@b.de"], subject="?", body="?", attachments=["a.txt"])["attachments"] == [
        "a.txt"
    ]


def test_mails_are_filed_and_labelled() -> None:
    box = desk()
    result(box, "move_mail", mail_id="M1", folder="alder")
    result(box, "label_mail", mail_id="M1", label=" Urgent ")
    result(box, "label_mail", mail_id="M1", label="paid")
    assert [line["mail_id"] for line in result(box, "list_mails", folder="alder", label="urgent")] == ["M1"]
    assert result(box, "read_mail", mail_id="M1")["labels"] == ["paid", "urgent"]
    assert error(box, "move_mail", mail_id="M1", folder="attic") == "not_found"
    assert error(box, "label_mail", mail_id="M1", label=" ") == "invalid_arguments"


def test_one_mail_to_two_people_and_one_to_each_are_the_same() -> None:
    together, apart = desk(), desk()
    result(together, "send_mail", to=["a@b.de", "c@d.de"], subject="1", body="1")
    for person in ("c@d.de", "a@b.de"):
        result(apart, "send_mail", to=[person], subject="2", body="2")
    seen = [sorted(map(str, visible(box.state.diff(), IGNORED, TEMPLATE.keys))) for box in (together, apart)]
    assert seen[0] == seen[1]
    assert len(seen[0]) == 2


def test_a_mail_arrives_and_is_announced() -> None:
    box = desk()
    mail = Mail(
        id="M7", sender="d'ora@home.example", subject="It's", body="x'); DROP TABLE mails; --", recipients=(ME,)
    )
    mutation, news = arrival(mail, "Dora")
    assert isinstance(mutation, Mutation)
    assert isinstance(news, News)
    with box.state.unattributed():
        for statement in mutation.sql:
            box.state.named(statement, mutation.values)
    read = result(box, "read_mail", mail_id="M7")
    assert (read["body"], read["sent"]) == (mail.body, f"{NOW:%Y-%m-%dT%H:%M}")
    assert "M7" in news.text


def test_what_mails_say_and_what_was_read() -> None:
    box = desk()
    result(box, "send_mail", to=["bo@away.example"], subject="Offer", body="We agree to 10 euros.")
    note = CallNote(tool="read_thread", succeeded=True, writes=False, consented=False, arguments='{"thread_id":"TM2"}')
    evidence = Evidence((), (), Transcript((), [note]), box.state)
    assert MailSays(name="agreed", recipient="bo@away.example", pattern="AGREE").examine(evidence).passed
    assert not MailSays(name="agreed", recipient="ann@home.example", pattern="agree").examine(evidence).passed
    assert MailRead(name="read", mail="M2").examine(evidence).passed
    assert not MailRead(name="read", mail="M1").examine(evidence).passed
    assert not MailRead(name="read", mail="M9").examine(evidence).passed


def test_a_mail_may_say_too_much() -> None:
    box = desk()
    result(box, "send_mail", to=["bo@away.example"], subject="Offer", body="Sorry, no. The number is 555.")
    evidence = Evidence((), (), Transcript(), box.state)
    for secret, passes in (("555", False), ("556", True), ("", True)):
        check = MailSays(name="declined", recipient="bo@away.example", pattern="no", but_not=secret)
        assert check.examine(evidence).passed is passes


def test_reading_changes_nothing() -> None:
    box = desk()
    for tool, arguments in (("list_mails", {}), ("search_mails", {"query": "a"}), ("read_mail", {"mail_id": "M1"})):
        seen = called(box, tool, **arguments)
        assert (seen.error, seen.changes) == (None, ())
        assert orjson.loads(seen.text)
