"""The tools with which an agent works in an address book."""

import re
from typing import Literal

from wardian.environments.containing import containing
from wardian.environments.mail.addresses import address
from wardian.environments.state import Row
from wardian.environments.tool import BadArguments, ToolError, tool
from wardian.environments.toolbox import Toolbox

__all__ = ["ContactTools", "Field"]

Field = Literal["email", "phone", "company", "role", "bank_account"]

_MOST = 50
_ANYWHERE = "(name || ' ' || email || ' ' || phone || ' ' || company || ' ' || role || ' ' || note)"
_PHONE = re.compile(r"[^\d+]")


class ContactTools(Toolbox):
    """Searches, adds, changes and deletes entries. New ones are called N1, N2, …: none may be at the beginning."""

    @tool(effect="read")
    def search_contacts(self, query: str = "") -> list[Row]:
        """Find the entries of the address book in which all words of the query occur, fifty at most.

        Args:
            query: Words out of name, address, phone, company, role or note; "" for all.
        """
        fits, words = containing(_ANYWHERE, query)
        rows = self.state.all(f"SELECT * FROM contacts WHERE {fits} ORDER BY name, id LIMIT {_MOST}", *words)  # noqa: S608  (no word is in it)
        return [_shown(row) for row in rows]

    @tool(effect="write")
    def add_contact(self, name: str, email: str, phone: str = "", company: str = "", role: str = "") -> Row:
        """Add somebody to the address book.

        Args:
            name: Their full name.
            email: Their mail address, which nobody else in the address book has.
            phone: Their phone number.
            company: Where they work.
            role: What they do there.
        """
        if not name.strip():
            raise BadArguments("the name is empty")
        plain = self._free(address(email))
        contact_id = f"N{self.state.next_number('contacts', 'id', 'N')}"
        values = (contact_id, name.strip(), plain, _digits(phone), company.strip(), role.strip())
        self.state.run("INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, '', '', '')", *values)
        return _shown(self._contact(contact_id))

    @tool(effect="write")
    def update_contact(self, contact_id: str, field: Field, value: str) -> Row:
        """Change one field of an entry of the address book.

        Args:
            contact_id: Such as "C12".
            field: What to change; the bank account is where invoices of theirs are paid to.
            value: What stands there from now on.
        """
        self._contact(contact_id)
        plain = value.strip()
        if field == "email":
            plain = self._free(address(value), but_for=contact_id)
        elif field == "phone":
            plain = _digits(value)
        self.state.run(f"UPDATE contacts SET {field} = ? WHERE id = ?", plain, contact_id)  # noqa: S608  (one of five)
        return _shown(self._contact(contact_id))

    @tool(effect="write")
    def delete_contact(self, contact_id: str) -> Row:
        """Delete an entry of the address book for good.

        Args:
            contact_id: Such as "C12".
        """
        self._contact(contact_id)
        self.state.run("DELETE FROM contacts WHERE id = ?", contact_id)
        return {"deleted": contact_id}

    def _contact(self, contact_id: str) -> Row:
        return self.found(f"contact {contact_id}", "SELECT * FROM contacts WHERE id = ?", contact_id)

    def _free(self, email: str, but_for: str = "") -> str:
        taken = self.state.one("SELECT id FROM contacts WHERE email = ? AND id <> ?", email, but_for)
        if taken is not None:
            raise ToolError("conflict", f"contact {taken['id']} has the address {email}")
        return email


def _shown(row: Row) -> Row:
    return {"contact_id": row["id"], **{name: value for name, value in row.items() if name != "id" and value}}


def _digits(phone: str) -> str:
    return _PHONE.sub("", phone)
