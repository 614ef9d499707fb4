"""Ask the model that `LLM_MODEL` names (pydantic-ai): one typed answer, or an error that says what happened."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import httpx2
from django.conf import settings
from pydantic import BaseModel
from pydantic_ai import Agent, PromptedOutput, ToolOutput
from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    ModelAPIError,
    ModelHTTPError,
    ModelTimeoutError,
    RunCancelled,
    UnexpectedModelBehavior,
    UserError,
)
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from trenddrop.core.llm.fence import RULE, fence

T = TypeVar("T", bound=BaseModel)
REPAIRS = 1  # a second chance to keep to the format, no more: every try costs


class LLMUnavailable(RuntimeError):
    """No model is configured, or it could not be reached in time; the message says which."""


class LLMNonsense(RuntimeError):
    """The model answered, but not with what was asked for."""


class LLMRefused(LLMNonsense):
    """The model or its provider declined to answer."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A checked answer, the model that gave it, and the tokens it took."""

    output: T
    model: str
    input_tokens: int
    output_tokens: int


def available() -> bool:
    """Whether the operator has named a model."""
    return bool(settings.LLM_MODEL)


def ask(
    prompt: str,
    *,
    system: str,
    output: type[T],
    material: Mapping[str, str] | None = None,
    max_tokens: int = 1500,
    timeout: float = 60,
) -> Answer[T]:
    """The model's answer as an `output`. `prompt` and `system` are ours; whatever users wrote goes into `material`.

    Raises LLMUnavailable (none, unreachable, refused the key, too slow) and LLMNonsense.
    """
    if not available():
        raise LLMUnavailable("No language model is configured (LLM_MODEL is empty).")
    whole = "\n\n".join([prompt, *(fence(name, text) for name, text in (material or {}).items())])
    try:
        return asyncio.run(_ask(whole, f"{system}\n\n{RULE}", output, max_tokens, timeout))
    except (ModelTimeoutError, RunCancelled, TimeoutError) as error:
        raise LLMUnavailable(f"The language model did not answer within {timeout:g} s.") from error
    except ModelHTTPError as error:
        raise LLMUnavailable(f"The language model's server answered {error.status_code}.") from error
    except ModelAPIError as error:
        raise LLMUnavailable(f"The language model could not be reached: {error.message}.") from error
    except ContentFilterError as error:
        raise LLMRefused("The language model declined to answer.") from error
    except UnexpectedModelBehavior as error:
        raise LLMNonsense(f"The language model's answer could not be used: {error.message}.") from error
    except (AgentRunError, UserError) as error:
        raise LLMUnavailable(f"The language model could not be asked: {error}.") from error


async def _ask(prompt: str, system: str, output: type[T], max_tokens: int, timeout: float) -> Answer[T]:  # noqa: ASYNC109
    limits = ModelSettings(max_tokens=max_tokens, timeout=timeout, request_timeout=timeout, max_retries=0)
    async with httpx2.AsyncClient(timeout=httpx2.Timeout(timeout, connect=5)) as client:
        model = _model(client)
        agent = Agent(model, output_type=_shape(model, output), instructions=system, retries=REPAIRS)
        result = await agent.run(prompt, model_settings=limits, timeout=timeout)
    usage = result.usage
    return Answer(result.output, settings.LLM_MODEL, usage.input_tokens, usage.output_tokens)


def _shape(model: Model, output: type[T]) -> PromptedOutput[T] | ToolOutput[T]:
    """Small servers often lack tool calls; a schema in the prompt works everywhere but is weaker with Anthropic."""
    return ToolOutput(output) if isinstance(model, AnthropicModel) else PromptedOutput(output)


def _model(client: httpx2.AsyncClient) -> Model:
    provider, _, name = settings.LLM_MODEL.rpartition(":")
    base_url, key = settings.LLM_BASE_URL or None, settings.LLM_API_KEY
    if provider == "anthropic":
        return AnthropicModel(name, provider=AnthropicProvider(api_key=key, base_url=base_url, http_client=client))
    if provider in ("openai", ""):
        openai = OpenAIProvider(base_url=base_url, api_key=key or "none", http_client=client)
        return OpenAIChatModel(name, provider=openai)
    raise LLMUnavailable(f"LLM_MODEL names the provider {provider!r}; known are openai and anthropic.")
