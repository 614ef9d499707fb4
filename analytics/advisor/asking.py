"""Asking a language model: it may look things up with the member's tools, and is held to what they told."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import fmean
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from accounts import tenancy
from analytics.advisor import checking
from analytics.advisor.looked import Looked, Unit, columns
from analytics.advisor.reader import Nowhere, Reader
from analytics.advisor.tools import TOOLS, Tool, look
from content import credits as costs
from trenddrop.core import llm
from trenddrop.core.llm import LLMNonsense, LookUp

PROMPT = Path(__file__).with_name("prompts") / "system.md"
MAX_TOKENS = 1200
ROUNDS, RESULTS = 3, 4000  # how often a question usually goes to and fro, and the tokens of what is looked up
LETTERS_PER_TOKEN = 4
MOST_ROWS = 100
SHOWN = 3
OPERATIONS = ("difference", "percent_change", "ratio", "share", "sum", "mean")


class MadeUp(LLMNonsense):
    """The answer holds what no tool told; the hint says what, to the model."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint or self.hint


class Said(BaseModel):
    """What the model hands in."""

    answer: str = Field(min_length=1, max_length=700)
    paragraphs: list[str] = Field(default_factory=list, max_length=6)
    try_next: str = Field(default="", max_length=500)
    cannot_say: str = Field(default="", max_length=500)
    show: list[int] = Field(default_factory=list, max_length=8)
    is_outside: bool = False

    @property
    def texts(self) -> list[str]:
        """All of it that people read."""
        return [self.answer, *self.paragraphs, self.try_next, self.cannot_say]


class Calculated(BaseModel):
    """Numbers to reckon with, each one that was looked up before."""

    model_config = ConfigDict(extra="forbid")

    operation: str = Field(description="difference (a−b), percent_change (from b to a), ratio (a÷b), share (a of b), "
                           "sum, mean")  # fmt: skip
    values: list[float] = Field(min_length=2, max_length=40)


@dataclass
class Session:
    """One question's looks; the member's tools and no others."""

    reader: Reader
    looks: list[Looked] = field(default_factory=list)

    def tools(self) -> list[LookUp]:
        """Return the tools as a model takes them."""
        found = [self._tool(tool) for tool in TOOLS.values()]
        reckon = LookUp("calculate", "Reckon with numbers that were looked up.", schema_of(Calculated), self._reckon)
        return [*found, reckon]

    def _tool(self, tool: Tool) -> LookUp:
        return LookUp(tool.name, tool.tells, schema_of(tool.takes), lambda given: self.look(tool.name, given))

    def look(self, name: str, given: Mapping[str, Any]) -> str:
        """Look up in the member's scope, in a short transaction of its own, and tell it as JSON."""
        try:
            with tenancy.of_member(self.reader.membership):
                found = look(self.reader, name, given)
        except Nowhere as error:
            return json.dumps({"error": str(error)})
        return self._told(found)

    def _reckon(self, given: Mapping[str, Any]) -> str:
        try:
            return self._told(calculated(Calculated.model_validate(dict(given)), self.looks))
        except (Nowhere, ValueError) as error:
            return json.dumps({"error": f"That cannot be reckoned: {error}"})

    def _told(self, found: Looked) -> str:
        self.looks.append(found)
        number = len(self.looks)
        return llm.fence(f"lookup {number}", json.dumps({"lookup": number, **told(found)}, ensure_ascii=False))

    def accept(self, said: Said) -> None:
        """Raise MadeUp for an answer that holds what was not looked up, or what nobody asked for."""
        known = checking.known(self.looks)
        if not said.is_outside and not self.looks:
            raise MadeUp("The answer rested on nothing.", hint="Look the numbers up with the tools before you answer.")
        for text in said.texts:
            if wrong := checking.made_up(text, known):
                named = ", ".join(repr(one.text) for one in wrong[:6])
                raise MadeUp(
                    f"The answer held numbers that were not looked up: {named}.",
                    hint=f"These stand in nothing you looked up: {named}. Use only numbers the tools told you, as they "
                    "told them, or look them up.",
                )
            if found := checking.planted(text, known):
                raise MadeUp(f"The answer held {found}.", hint="No links, addresses, @names or markup.")
            if checking.repeats(text, system()):
                raise MadeUp("The answer spoke of its own instructions.", hint="Answer the question only.")


@cache
def system() -> str:
    """Our words to the model."""
    return PROMPT.read_text("utf-8")


def prompt_name() -> str:
    """The prompt's file with its fingerprint."""
    return f"advisor.md {sha256(system().encode()).hexdigest()[:8]}"


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return what a tool takes, as a model is told it."""
    schema = model.model_json_schema()
    schema.pop("title", None)
    schema.pop("description", None)
    return schema


def told(found: Looked) -> dict[str, Any]:
    """Return a look as a model is told it: every number beside what it is."""
    names = [column.key for column in found.columns]
    rows = [dict(zip(names, row, strict=True)) for row in found.rows[:MOST_ROWS]]
    for row, unit in zip(rows, found.units, strict=False):
        row["unit"] = unit.value
    return {
        "tool": found.tool,
        **({"days": {"first": str(found.first), "last": str(found.last), "count": found.days}} if found.first else {}),
        **({"of": list(found.of)} if found.of else {}),
        **({"currency": found.currency} if found.currency else {}),
        "units": {column.key: column.unit.value for column in found.columns},
        "rows": rows,
        "facts": {each.key: {"value": each.value, "unit": each.unit.value} for each in found.facts},
        "notes": list(found.notes),
        "made_up_numbers": found.is_made_up,
    }


def calculated(asked: Calculated, looks: Sequence[Looked]) -> Looked:
    """Reckon with numbers that were looked up; raise Nowhere for others and for what has no result."""
    if asked.operation not in OPERATIONS:
        raise Nowhere(f"known are {', '.join(OPERATIONS)}")
    known = checking.known(looks)
    units = [_unit_of(value, known) for value in asked.values]
    first, second = asked.values[:2]
    if asked.operation in {"percent_change", "ratio", "share"} and second == 0:
        raise Nowhere("it would be divided by nought")
    results: Mapping[str, Callable[[], tuple[float, Unit]]] = {
        "difference": lambda: (first - second, units[0]),
        "percent_change": lambda: ((first / second - 1) * 100, Unit.CHANGE),
        "ratio": lambda: (first / second, Unit.RATIO),
        "share": lambda: (first / second, Unit.SHARE),
        "sum": lambda: (sum(asked.values), units[0]),
        "mean": lambda: (fmean(asked.values), units[0]),
    }
    value, unit = results[asked.operation]()
    if unit is Unit.SHARE and asked.operation == "difference":
        value, unit = value * 100, Unit.POINTS
    return Looked(
        tool="calculate",
        asked={"operation": asked.operation, "values": list(asked.values)},
        columns=columns(name=Unit.TEXT, result=Unit.MIXED),
        rows=[[asked.operation, round(value, 6)]],
        units=[unit],
        currency=next((each.currency for each in looks if each.currency), ""),
    )


def _unit_of(value: float, known: checking.Known) -> Unit:
    same = [each for each in known.figures if abs(each.value - value) <= 1e-6 * max(1.0, abs(value))]
    if not same:
        raise Nowhere(f"{value:g} was not looked up")
    return next((each.unit for each in same if not each.is_length), Unit.COUNT)


@dataclass(frozen=True)
class Question:
    """What is asked: the words, those asked before, and the reader's language."""

    words: str
    before: Sequence[str] = ()
    language: str = "en"


def ask(question: Question, session: Session) -> llm.Answer[Said]:
    """Return the model's checked answer; its looks stay in the session. Raises LLMUnavailable, LLMNonsense."""
    return llm.ask(
        _prompt(question, session.reader),
        system=system(),
        output=Said,
        material=_material(question, session.reader),
        max_tokens=MAX_TOKENS,
        timeout=settings.LLM_SECONDS,
        accept=session.accept,
        tools=session.tools(),
    )


def _prompt(question: Question, reader: Reader) -> str:
    return (
        f"Answer what is asked in the material “question”, in {'Hindi' if question.language == 'hi' else 'English'} "
        f"unless it is in another language. Today is {reader.today:%A, %Y-%m-%d}; numbers are counted until yesterday."
    )


def _material(question: Question, reader: Reader) -> dict[str, str]:
    accounts = sorted({f"{each.platform}: {each.name}" for each in reader.accounts})[:60]
    found = {"question": question.words, "accounts": "\n".join(accounts)}
    named = {"clients": [row.name for row in reader.clients], "brands": [row.name for row in reader.brands]}
    found |= {name: "\n".join(names[:60]) for name, names in named.items() if names}
    if question.before:
        found["asked before"] = "\n".join(question.before)
    return found


def estimate(words: str) -> costs.Estimate:
    """What a question will take, and at most cost; nothing without a model."""
    if not llm.available():
        return costs.Estimate()
    schemas = sum(len(json.dumps(schema_of(tool.takes))) + len(tool.tells) for tool in TOOLS.values())
    once = (len(system()) + len(words) + schemas) // LETTERS_PER_TOKEN
    return costs.estimate(ROUNDS * once + RESULTS, MAX_TOKENS // 2)
