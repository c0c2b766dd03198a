"""The tool by which an agent writes to its colleagues."""

from typing import Any, ClassVar

from wardian.environments.life.colleague import Colleague
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox
from wardian.specs.names import nearest

__all__ = ["ColleagueTools"]


class ColleagueTools(Toolbox):
    """Inherit from it and name the `colleagues`."""

    colleagues: ClassVar[tuple[Colleague, ...]] = ()

    @tool(effect="read")
    def list_colleagues(self) -> list[dict[str, str]]:
        """List your colleagues and what they do."""
        return [{"name": each.name, "role": each.role} for each in self.colleagues]

    @tool(effect="write")
    def message_colleague(self, name: str, message: str) -> dict[str, Any]:
        """Write to a colleague and get their answer.

        Args:
            name: as in the list of colleagues.
            message: what to tell or ask them; they do not see the rest of the conversation.
        """
        people = {each.name: each for each in self.colleagues}
        if name not in people:
            raise ToolError("not_found", f"there is no colleague '{name}'; {nearest(name, people)}")
        for line in people[name].fitting(message):
            if not line.when or self.state.named(line.when, {"name": name}) is not None:
                for statement in line.does:
                    self.state.named(statement, {"name": name})
                return {"from": name, "message": line.says}
        return {"from": name, "message": people[name].otherwise}
