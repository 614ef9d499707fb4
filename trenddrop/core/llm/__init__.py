"""A language model, when the operator has named one; typed answers, and users' text only ever as data."""

from trenddrop.core.llm.asking import Answer, LLMNonsense, LLMRefused, LLMUnavailable, ask, available
from trenddrop.core.llm.fence import fence

__all__ = ["Answer", "LLMNonsense", "LLMRefused", "LLMUnavailable", "ask", "available", "fence"]
