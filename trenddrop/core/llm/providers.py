"""The models an operator has named, in the order they are asked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
from django.conf import settings

from trenddrop.core.llm.errors import LLMUnavailable

if TYPE_CHECKING:
    from pydantic_ai.models import Model


@dataclass(frozen=True)
class Provider:
    """One entry of `LLM_MODEL`, as "openai:gpt-4o", with its server ("" is the provider's own) and key."""

    name: str
    base_url: str = ""
    key: str = ""

    @property
    def kind(self) -> str:
        """Whose protocol it speaks."""
        return self.name.rpartition(":")[0] or "openai"

    @property
    def model(self) -> str:
        """What the server calls it."""
        return self.name.rpartition(":")[2]


def providers() -> list[Provider]:
    """Every named model. Servers and keys go by position in their own lists; a single one is for all."""
    names = [name for name in _listed(settings.LLM_MODEL) if name]
    urls, keys = _listed(settings.LLM_BASE_URL), _listed(settings.LLM_API_KEY)
    return [Provider(name, _at(urls, place), _at(keys, place)) for place, name in enumerate(names)]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _at(values: list[str], place: int) -> str:
    if len(values) == 1:
        return values[0]
    return values[place] if place < len(values) else ""


def model_of(provider: Provider, client: httpx2.AsyncClient) -> "Model":
    """The model behind a provider; raises LLMUnavailable for one we do not speak to."""
    if provider.kind == "anthropic":
        return _anthropic(provider, client)
    if provider.kind == "openai":
        return _openai(provider, client)
    raise LLMUnavailable(f"LLM_MODEL names the provider {provider.kind!r}; known are openai and anthropic.")


def _anthropic(provider: Provider, client: httpx2.AsyncClient) -> "Model":
    from pydantic_ai.models.anthropic import AnthropicModel  # noqa: PLC0415 - seconds to load; only asking needs it
    from pydantic_ai.providers.anthropic import AnthropicProvider  # noqa: PLC0415

    theirs = AnthropicProvider(api_key=provider.key, base_url=provider.base_url or None, http_client=client)
    return AnthropicModel(provider.model, provider=theirs)


def _openai(provider: Provider, client: httpx2.AsyncClient) -> "Model":
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 - as above
    from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415

    theirs = OpenAIProvider(base_url=provider.base_url or None, api_key=provider.key or "none", http_client=client)
    return OpenAIChatModel(provider.model, provider=theirs)
