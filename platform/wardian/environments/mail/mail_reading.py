"""The tools with which an agent finds and reads mails."""

from typing import Annotated, ClassVar

import orjson
from pydantic import Field

from wardian.environments.containing import containing
from wardian.environments.mail.mailbox import in_list
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox

__all__ = ["MailReading"]

_MOST = 50
_ANYWHERE = "(sender || ' ' || recipients || ' ' || subject || ' ' || body || ' ' || attachments)"

Page = Annotated[int, Field(ge=1, le=10_000)]


class MailReading(Toolbox):
    """Lists, searches and shows what is in a mailbox; `owner` is whose it is."""

    owner: ClassVar[str] = "owner@example.com"

    @tool(effect="read")
    def list_mails(self, folder: str = "inbox", label: str = "", page: Page = 1) -> list[Row]:
        """List the mails in a folder, newest first, fifty on a page.

        Args:
            folder: Such as "inbox", "archive", "trash", or "sent" for what you have sent.
            label: Only mails with this label; "" for all.
            page: Counted from 1.
        """
        if folder != "sent":
            self._require_folder(folder)
        rows = self.state.all(
            "SELECT * FROM mailbox WHERE folder = ? AND (? = '' OR instr(labels, ?) > 0) "
            "ORDER BY sent DESC, id LIMIT ? OFFSET ?",
            *(folder, label, in_list(label), _MOST, (page - 1) * _MOST),
        )
        return [self._line(row) for row in rows]

    @tool(effect="read")
    def search_mails(self, query: str) -> list[Row]:
        """Search all mails, sent ones too: those in which all words of the query occur, the fifty newest.

        Args:
            query: Words out of the addresses, the subject, the text, or names of attachments.
        """
        fits, words = containing(_ANYWHERE, query)
        order = "ORDER BY sent DESC, id LIMIT ?"
        rows = self.state.all(f"SELECT * FROM mailbox WHERE {fits} {order}", *words, _MOST)  # noqa: S608  (no word is in it)
        return [self._line(row) for row in rows]

    @tool(effect="read")
    def read_mail(self, mail_id: str) -> Row:
        """Read a mail.

        Args:
            mail_id: Such as "M12".
        """
        return self._shown(self._mail(mail_id))

    @tool(effect="read")
    def read_thread(self, thread_id: str) -> list[Row]:
        """Read all mails of a conversation, oldest first.

        Args:
            thread_id: As it stands in a mail.
        """
        rows = self.state.all("SELECT * FROM mailbox WHERE thread = ? ORDER BY sent, id", thread_id)
        if not rows:
            raise ToolError("not_found", f"there is no thread {thread_id}")
        return [self._shown(row) for row in rows]

    def _mail(self, mail_id: str) -> Row:
        return self.found(f"mail {mail_id}", "SELECT * FROM mailbox WHERE id = ?", mail_id)

    def _require_folder(self, folder: str) -> None:
        names = [row["name"] for row in self.state.all("SELECT name FROM folders ORDER BY name")]
        if folder not in names:
            raise ToolError("not_found", f"there is no folder '{folder}'; there are {', '.join(names)}")

    def _line(self, row: Row) -> Row:
        line = {"mail_id": row["id"], "from": row["sender"] or self.owner, "subject": row["subject"]}
        return {**line, "sent": row["sent"], "folder": row["folder"], "attachments": orjson.loads(row["attachments"])}

    def _shown(self, row: Row) -> Row:
        lists = {name: orjson.loads(row[name]) for name in ("attachments", "labels")}
        head = {**self._line(row), **lists, "thread_id": row["thread"], "to": orjson.loads(row["recipients"])}
        return {**head, "body": row["body"]}
