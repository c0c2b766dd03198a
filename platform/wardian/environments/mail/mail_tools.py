"""The tools with which an agent writes and files mails."""

from collections.abc import Collection

import orjson

from wardian.environments.mail.addresses import addresses
from wardian.environments.mail.mail_reading import MailReading
from wardian.environments.mail.mailbox import in_list, listed
from wardian.environments.state import Row
from wardian.environments.tool import BadArguments, ToolError, tool

__all__ = ["MailTools"]


class MailTools(MailReading):
    """A mailbox to work in. Attachments are references to files; `attachable` says which there are."""

    @tool(effect="write")
    def send_mail(self, to: list[str], subject: str, body: str, attachments: list[str] | None = None) -> Row:
        """Send a new mail.

        Args:
            to: Addresses of all who shall get it.
            subject: What it is about.
            body: The text.
            attachments: Files to attach.
        """
        return self._send(addresses(to), subject, body, attachments or [])

    @tool(effect="write")
    def reply_mail(self, mail_id: str, body: str, attachments: list[str] | None = None, reply_all: bool = False) -> Row:
        """Answer a mail; to one that you have sent yourself, this is a reminder to those who got it.

        Args:
            mail_id: The mail to answer.
            body: The text.
            attachments: Files to attach.
            reply_all: Whether all others who got the mail get the answer as well.
        """
        mail = self._mail(mail_id)
        everybody = orjson.loads(mail["recipients"])
        people = [mail["sender"], *(everybody if reply_all else [])] if mail["sender"] else everybody
        to = [each for each in people if each != self.owner]
        return self._send(addresses(to), _prefixed("Re: ", mail["subject"]), body, attachments or [], mail["thread"])

    @tool(effect="write")
    def forward_mail(self, mail_id: str, to: list[str], note: str = "") -> Row:
        """Send a mail on to somebody else, with all its attachments.

        Args:
            mail_id: The mail to forward.
            to: Addresses of all who shall get it.
            note: What you want to add above it.
        """
        mail = self._mail(mail_id)
        body = f"{note}\n\n--- forwarded from {mail['sender'] or self.owner} ---\n{mail['body']}"
        return self._send(addresses(to), _prefixed("Fwd: ", mail["subject"]), body, orjson.loads(mail["attachments"]))

    @tool(effect="write")
    def move_mail(self, mail_id: str, folder: str) -> Row:
        """Move a received mail to another folder.

        Args:
            mail_id: The mail to move.
            folder: Where to; "trash" is where deleted mails go.
        """
        self._received(mail_id)
        self._require_folder(folder)
        self.state.run("UPDATE mails SET folder = ? WHERE id = ?", folder, mail_id)
        return {"mail_id": mail_id, "folder": folder}

    @tool(effect="write")
    def label_mail(self, mail_id: str, label: str) -> Row:
        """Put a label on a received mail, beside those that it has.

        Args:
            mail_id: The mail.
            label: One word or a few.
        """
        if not (plain := label.strip().lower()):
            raise BadArguments("the label is empty")
        labels = {*orjson.loads(self._received(mail_id)["labels"]), plain}
        self.state.run("UPDATE mails SET labels = ? WHERE id = ?", listed(labels), mail_id)
        return {"mail_id": mail_id, "labels": sorted(labels)}

    def attachable(self, file: str) -> bool:
        """Whether there is a file that `file` refers to: here, those that came with mails."""
        known = "SELECT 1 FROM mails WHERE instr(attachments, ?) > 0"
        return self.state.one(known, in_list(file)) is not None

    def _received(self, mail_id: str) -> Row:
        mail = self._mail(mail_id)
        if mail["folder"] == "sent":
            raise ToolError("not_allowed", f"{mail_id} is a mail that you have sent: it stays where it is")
        return mail

    def _send(self, to: list[str], subject: str, body: str, files: Collection[str], thread: str = "") -> Row:
        for file in files:
            if not self.attachable(file):
                raise ToolError("not_found", f"there is no file '{file}' to attach")
        mail_id, attached = f"S{self.state.next_number('sent_mails', 'id', 'S')}", listed(files)
        now = self.clock.now().isoformat(timespec="minutes")
        values = (mail_id, thread or f"T{mail_id}", listed(to), subject, body, attached, now)
        self.state.run("INSERT INTO sent_mails VALUES (?, ?, ?, ?, ?, ?, ?)", *values)
        for recipient in to:
            self.state.run("INSERT INTO deliveries VALUES (?, ?, ?)", mail_id, recipient, attached)
        return {"mail_id": mail_id, "to": to, "attachments": orjson.loads(attached), "sent": now}


def _prefixed(prefix: str, subject: str) -> str:
    return subject if subject.startswith(prefix) else f"{prefix}{subject}"
