"""Tools that a model may ask while it answers: they run in the thread that asked the model, one after the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async

if TYPE_CHECKING:
    from pydantic_ai import Tool


@dataclass(frozen=True)
class LookUp:
    """A tool by name: what it is for, what it takes (a JSON schema), and who answers in words or JSON.

    `run` answers everything, also what makes no sense: in words that tell the model what to ask instead.
    """

    name: str
    tells: str
    takes: Mapping[str, Any]
    run: Callable[[Mapping[str, Any]], str]


def as_tools(looks: Sequence[LookUp]) -> "list[Tool[None]]":
    """Return the tools as an agent takes them."""
    return [_tool(look) for look in looks]


def _tool(look: LookUp) -> "Tool[None]":
    from pydantic_ai import Tool  # noqa: PLC0415 (seconds to load, and only asking needs it)

    async def asked(**given: Any) -> str:
        return await sync_to_async(look.run, thread_sensitive=True)(given)

    return Tool.from_schema(
        asked, name=look.name, description=look.tells, json_schema=dict(look.takes), sequential=True
    )
