"""The tables of a mailbox, and the mails that are in it or arrive later."""

from collections.abc import Iterable
from datetime import datetime

import orjson

from wardian.base.frozen import Frozen
from wardian.environments.life.event import Effect, Mutation, News
from wardian.environments.template import SqlValue

__all__ = ["SCHEMA", "Mail", "arrival", "folder_rows", "in_list", "listed"]

SCHEMA = """
CREATE TABLE folders(name TEXT PRIMARY KEY);
CREATE TABLE mails(
  id TEXT PRIMARY KEY, thread TEXT NOT NULL, folder TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL,
  subject TEXT NOT NULL, body TEXT NOT NULL, attachments TEXT NOT NULL, labels TEXT NOT NULL, sent TEXT NOT NULL
);
CREATE INDEX mails_by_folder ON mails(folder, sent);
CREATE INDEX mails_by_thread ON mails(thread);
CREATE TABLE sent_mails(
  id TEXT PRIMARY KEY, thread TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
  attachments TEXT NOT NULL, sent TEXT NOT NULL
);
CREATE TABLE deliveries(mail TEXT, recipient TEXT, attachments TEXT NOT NULL, PRIMARY KEY (mail, recipient));
CREATE VIEW mailbox AS
  SELECT id, thread, folder, sender, recipients, subject, body, attachments, labels, sent FROM mails
  UNION ALL SELECT id, thread, 'sent', '', recipients, subject, body, attachments, '[]', sent FROM sent_mails;
"""
"""To be part of a pack's schema. Lists (recipients, attachments, labels) are JSON, sorted; moments are ISO texts.

`mails` were received. Each recipient of a sent mail has a row in `deliveries`, so that one mail to two people and one
to each of them are the same to who ignores `sent_mails` and `deliveries.mail`: what counts is who got which files.
"""

_ARRIVAL = """
INSERT INTO mails VALUES (
  :id, :thread, :folder, :sender, :recipients, :subject, :body, :attachments, :labels,
  substr((SELECT now FROM clock), 1, 16)
)
"""


class Mail(Frozen):
    """A mail that somebody has sent to the owner of the mailbox; it begins a thread of its own if it names none."""

    id: str
    sender: str
    subject: str
    body: str
    recipients: tuple[str, ...]
    thread: str = ""
    folder: str = "inbox"
    attachments: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def row(self, sent: datetime | None = None) -> dict[str, SqlValue]:
        """The row of the table `mails`."""
        return {
            "id": self.id,
            "thread": self.thread or f"T{self.id}",
            "folder": self.folder,
            "sender": self.sender,
            "recipients": listed(self.recipients),
            "subject": self.subject,
            "body": self.body,
            "attachments": listed(self.attachments),
            "labels": listed(self.labels),
            "sent": sent.isoformat(timespec="minutes") if sent else "",
        }


def folder_rows(*names: str) -> list[dict[str, SqlValue]]:
    """The rows of the table `folders`; inbox, archive and trash are always there."""
    return [{"name": name} for name in ("inbox", "archive", "trash", *names)]


def arrival(mail: Mail, name: str) -> tuple[Effect, ...]:
    """What happens when `mail` comes in: it is there, and its owner hears of it.

    Args:
        mail: sent at the moment of the event.
        name: the sender's, as a mail program shows it.
    """
    news = News(text=f"new mail {mail.id} from {name} <{mail.sender}>: {mail.subject}")
    return (Mutation(sql=(_ARRIVAL,), values=mail.row()), news)


def listed(values: Iterable[str]) -> str:
    """A list as it stands in the state."""
    return orjson.dumps(sorted(set(values))).decode()


def in_list(value: str) -> str:
    """How a value stands in such a list; no other text looks so there."""
    return orjson.dumps(value).decode()
