"""How asking can end badly; each error knows who was asked and what it took."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Attempt:
    """One model that was asked. `outcome`: answered, unavailable, nonsense or refused; `seconds` it took."""

    provider: str
    model: str
    outcome: str
    seconds: float
    reason: str = ""

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class LLMError(RuntimeError):
    """No model gave a usable answer. `tried`: who was asked; the tokens are of all of them together."""

    tried: Sequence[Attempt] = ()
    input_tokens: int = 0
    output_tokens: int = 0


class LLMUnavailable(LLMError):
    """No model is configured, or it could not be reached in time; the message says which."""


class LLMNonsense(LLMError):
    """The model answered, but not with what was asked for. `hint` tells the model itself how to do better."""

    hint = "This cannot be used. Keep to what was asked for."


class LLMRefused(LLMNonsense):
    """The model or its provider declined to answer."""
