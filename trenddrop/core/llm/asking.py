"""Ask the models that `LLM_MODEL` names, one after the other: one typed answer, or an error that says what happened.

The library and its clients take seconds to load: they are loaded when a model is asked, not when a process starts.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import httpx2
from asgiref.sync import async_to_sync
from pydantic import BaseModel

from trenddrop.core.llm.errors import Attempt, LLMError, LLMNonsense, LLMRefused, LLMUnavailable
from trenddrop.core.llm.fence import RULE, fence
from trenddrop.core.llm.providers import Provider, model_of, providers
from trenddrop.core.llm.tools import LookUp, as_tools

if TYPE_CHECKING:
    from pydantic_ai import PromptedOutput, ToolOutput
    from pydantic_ai.usage import RunUsage

T = TypeVar("T", bound=BaseModel)
Accept = Callable[[T], None]
REPAIRS = 1  # a second chance to keep to the format, no more: every try costs
MOST_REQUESTS, MOST_CALLS = 8, 16  # of one question with tools


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A checked answer, the model that gave it, the tokens of everybody asked, and who was asked before it."""

    output: T
    model: str
    input_tokens: int
    output_tokens: int
    tried: Sequence[Attempt] = ()


def _nothing_used() -> "RunUsage":
    from pydantic_ai.usage import RunUsage  # noqa: PLC0415 (see above, as all of them)

    return RunUsage()


@dataclass(frozen=True)
class _Question(Generic[T]):
    prompt: str
    system: str
    output: type[T]
    max_tokens: int
    accept: Accept[T] | None
    tools: Sequence[LookUp] = ()
    usage: "RunUsage" = field(default_factory=_nothing_used)


def available() -> bool:
    """Whether the operator has named a model."""
    return bool(providers())


def whole_prompt(prompt: str, material: Mapping[str, str] | None = None) -> str:
    """What a model is sent besides the system's words: our prompt, then everybody else's text in its fences."""
    return "\n\n".join([prompt, *(fence(name, text) for name, text in (material or {}).items())])


def ask(
    prompt: str,
    *,
    system: str,
    output: type[T],
    material: Mapping[str, str] | None = None,
    max_tokens: int = 1500,
    timeout: float = 60,
    accept: Accept[T] | None = None,
    tools: Sequence[LookUp] = (),
) -> Answer[T]:
    """The first usable answer as an `output`. `prompt` and `system` are ours; whatever users wrote is `material`.

    `timeout`: seconds for all models together. `accept` raises LLMNonsense for an answer that keeps the format and
    still cannot be used; its `hint` goes back for the one repair. `tools` run here, in the thread that asks.
    Raises LLMUnavailable (none, unreachable, refused the key, too slow) and LLMNonsense when no model was left to ask.
    """
    chain = providers()
    if not chain:
        raise LLMUnavailable("No language model is configured (LLM_MODEL is empty).")
    question = _Question(whole_prompt(prompt, material), f"{system}\n\n{RULE}", output, max_tokens, accept, tools)
    errors, tried, ends = list[LLMError](), list[Attempt](), time.monotonic() + timeout
    for place, provider in enumerate(chain):
        began = time.monotonic()
        try:
            found = _answer(question, provider, (ends - began) / (len(chain) - place))
        except LLMError as error:
            errors.append(error)
            tried.append(_attempt(provider, _outcome(error), began, str(error)))
        else:
            tried.append(_attempt(provider, "answered", began))
            return Answer(found, provider.name, question.usage.input_tokens, question.usage.output_tokens, tried)
    raise _together(errors, tried, question.usage)


def _attempt(provider: Provider, outcome: str, began: float, reason: str = "") -> Attempt:
    return Attempt(provider.kind, provider.model, outcome, round(time.monotonic() - began, 2), reason)


def _outcome(error: LLMError) -> str:
    if isinstance(error, LLMRefused):
        return "refused"
    return "nonsense" if isinstance(error, LLMNonsense) else "unavailable"


def _together(errors: Sequence[LLMError], tried: Sequence[Attempt], usage: "RunUsage") -> LLMError:
    """The last error, with the words of all where several were asked."""
    said = [f"{one.model}: {error}" for one, error in zip(tried, errors, strict=True)]
    whole = type(errors[-1])(" ".join(said) if len(errors) > 1 else str(errors[-1]))
    whole.tried, whole.input_tokens, whole.output_tokens = tried, usage.input_tokens, usage.output_tokens
    return whole


def _answer(question: _Question[T], provider: Provider, timeout: float) -> T:
    """One model's answer; raises LLMUnavailable, LLMNonsense."""
    from pydantic_ai import exceptions as failed  # noqa: PLC0415

    refusals: list[LLMNonsense] = []
    try:
        if question.tools:
            return async_to_sync(_ask)(question, provider, timeout, refusals)
        return asyncio.run(_ask(question, provider, timeout, refusals))
    except (failed.ModelTimeoutError, failed.RunCancelled, TimeoutError) as error:
        raise LLMUnavailable(f"The language model did not answer within {round(timeout, 1):g} s.") from error
    except failed.ModelHTTPError as error:
        raise LLMUnavailable(f"The language model's server answered {error.status_code}.") from error
    except failed.ModelAPIError as error:
        raise LLMUnavailable(f"The language model could not be reached: {error.message}.") from error
    except failed.ContentFilterError as error:
        raise LLMRefused("The language model declined to answer.") from error
    except failed.UnexpectedModelBehavior as error:
        if refusals:
            raise refusals[-1] from error
        raise LLMNonsense(f"The language model's answer could not be used: {error.message}.") from error
    except (failed.AgentRunError, failed.UserError) as error:
        raise LLMUnavailable(f"The language model could not be asked: {error}.") from error


async def _ask(question: _Question[T], provider: Provider, timeout: float, refusals: list[LLMNonsense]) -> T:  # noqa: ASYNC109
    from pydantic_ai import Agent, ModelRetry  # noqa: PLC0415
    from pydantic_ai.settings import ModelSettings  # noqa: PLC0415
    from pydantic_ai.usage import UsageLimits  # noqa: PLC0415

    limits = ModelSettings(max_tokens=question.max_tokens, timeout=timeout, request_timeout=timeout, max_retries=0)
    async with httpx2.AsyncClient(timeout=httpx2.Timeout(timeout, connect=min(5, timeout))) as client:
        model = model_of(provider, client)
        agent = Agent(
            model,
            output_type=_shape(provider, question.output),
            instructions=question.system,
            retries=REPAIRS,
            tools=as_tools(question.tools),
        )

        @agent.output_validator
        def checked(answer: T) -> T:
            try:
                if question.accept is not None:
                    question.accept(answer)
            except LLMNonsense as error:
                refusals.append(error)
                raise ModelRetry(error.hint) from error
            return answer

        result = await agent.run(
            question.prompt,
            model_settings=limits,
            timeout=timeout,
            usage=question.usage,
            usage_limits=UsageLimits(
                request_limit=question.usage.requests + MOST_REQUESTS,
                tool_calls_limit=question.usage.tool_calls + MOST_CALLS,
            ),
        )
    return result.output


def _shape(provider: Provider, output: type[T]) -> "PromptedOutput[T] | ToolOutput[T]":
    """Small servers often lack tool calls; a schema in the prompt works everywhere but is weaker with Anthropic."""
    from pydantic_ai import PromptedOutput, ToolOutput  # noqa: PLC0415

    return ToolOutput(output) if provider.kind == "anthropic" else PromptedOutput(output)
