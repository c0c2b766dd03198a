"""What an agent reads about its tools, where a version of it has other words for them; the tools stay as they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from wardian.agents.agent import Agent
from wardian.base.bundle import TOOL_PREFIX
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, ToolSchema

__all__ = ["RetoldTools", "ToolTexts"]


class ToolTexts:
    """Texts for tools and their arguments; what they are about and is not there stays unsaid.

    Args:
        texts: by component, others than those of tools among them.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._descriptions: dict[str, str] = {}
        self._arguments: dict[str, dict[str, str]] = {}
        self._known: dict[str, tuple[ToolSchema, ToolSchema]] = {}
        for component, text in texts.items():
            if component.startswith(TOOL_PREFIX):
                tool, _, what = component.removeprefix(TOOL_PREFIX).rpartition(".")
                if what == "description":
                    self._descriptions[tool] = text
                else:
                    self._arguments.setdefault(tool, {})[what.removeprefix("arg:")] = text

    def __bool__(self) -> bool:
        return bool(self._descriptions or self._arguments)

    def retold(self, tools: Sequence[ToolSchema]) -> tuple[ToolSchema, ...]:
        """The tools with these texts; a schema that was seen before is not made again."""
        return tuple(map(self._retold, tools))

    def _retold(self, tool: ToolSchema) -> ToolSchema:
        if tool.name not in self._descriptions and tool.name not in self._arguments:
            return tool
        before = self._known.get(tool.name)
        if before is None or before[0] is not tool:
            before = self._known[tool.name] = tool, self._made(tool)
        return before[1]

    def _made(self, tool: ToolSchema) -> ToolSchema:
        description = self._descriptions.get(tool.name, tool.description)
        parameters: dict[str, Any] = dict(tool.parameters)
        properties = parameters.get("properties")
        if isinstance(properties, dict):
            texts = self._arguments.get(tool.name, {})
            parameters["properties"] = {name: _described(part, texts.get(name)) for name, part in properties.items()}
        return tool.model_copy(update={"description": description, "parameters": parameters})


class RetoldTools:
    """An agent that reads other words about its tools.

    Args:
        inner: the agent.
        texts: the words.
    """

    def __init__(self, inner: Agent, texts: ToolTexts) -> None:
        self._inner = inner
        self._texts = texts

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """What the inner agent says or does.

        Raises:
            ModelError: as the inner agent does.
        """
        return await self._inner.act(history, self._texts.retold(tools), origin)


def _described(schema: Any, text: str | None) -> Any:
    if text is None or not isinstance(schema, dict):
        return schema
    return {**schema, "description": text}
