"""One protocol for all kinds of contracts, and how a request's parts become plain data."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.peers.wire import Request, Response, form_parts

Schema = dict[str, Any]
JSON_TYPES = ("application/json", "application/problem+json")


class Strange(AssertionError):
    """The contract knows no such operation."""


class Contract(ABC):
    """A platform's contract; each check lists what is wrong, in words that name the place."""

    @abstractmethod
    def knows(self, request: Request) -> bool:
        """Whether the contract describes this operation."""

    @abstractmethod
    def validate_request(self, request: Request) -> list[str]:
        """What is wrong with a request."""

    @abstractmethod
    def validate_answer(self, request: Request, response: Response) -> list[str]:
        """What is wrong with the answer to it."""

    def problems(self, answered: Iterable[tuple[Request, Response]], *, beyond: str = "") -> list[str]:
        """All that is wrong in a run; `beyond`: a regular expression of "METHOD path" that no contract describes."""
        return sorted(set(self._problems(answered, beyond)))

    def _problems(self, answered: Iterable[tuple[Request, Response]], beyond: str) -> Iterator[str]:
        for request, response in list(answered):
            name = f"{request.method} {request.path}"
            if not self.knows(request):
                if not (beyond and re.search(beyond, name)):
                    yield f"{name}: the contract knows no such operation"
                continue
            # What a refused request lacked is the refusal's own business.
            if response.status < 400:
                yield from (f"{name} (request): {words}" for words in self.validate_request(request))
            yield from (f"{name} ({response.status}): {words}" for words in self.validate_answer(request, response))


def body_of(request: Request) -> Any:
    """A request's body as data: JSON, or the fields of a form; bytes as they are."""
    kind = request.headers.get("content-type", "").split(";")[0]
    if kind in JSON_TYPES:
        return request.json()
    if kind == "application/x-www-form-urlencoded":
        return {name: values[-1] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
    if kind == "multipart/form-data":
        return {name: _text(content) for name, (_type, content) in form_parts(request).items()}
    return request.body


def _text(content: bytes) -> str:
    return content.decode("latin-1")


def answer_of(response: Response) -> Any:
    """An answer's body as data, None when there is none."""
    if not response.content or response.status == 204:
        return None
    return json.loads(response.content)


def coerced(value: str, schema: Schema) -> Any:
    """A string of a query or form as the schema's type; left alone when it is none."""
    kind = schema.get("type")
    if kind in {"integer", "number"}:
        try:
            return int(value) if kind == "integer" else float(value)
        except ValueError:
            return value
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    if kind == "array":
        return [coerced(one, schema.get("items", {})) for one in value.split(",")]
    return value


def match(template: str, path: str) -> dict[str, str] | None:
    """The values of `{names}` in a path, None when it is another path."""
    wanted, given = template.strip("/").split("/"), path.strip("/").split("/")
    if len(wanted) != len(given):
        return None
    found = {}
    for pattern, part in zip(wanted, given, strict=True):
        if pattern.startswith("{") and pattern.endswith("}"):
            found[pattern[1:-1]] = unquote(part)
        elif pattern != part:
            return None
    return found


def faults(validator: Draft202012Validator, value: Any, *, where: str) -> list[str]:
    """What a schema has against a value, the deepest reason of each."""
    return [_words(error, where) for error in validator.iter_errors(value)]


def _words(error: ValidationError, where: str) -> str:
    while error.context:
        error = max(error.context, key=lambda one: len(one.absolute_path))
    place = ".".join(map(str, error.absolute_path))
    return f"{where}{'.' + place if place else ''}: {error.message[:300]}"


def firsts(query: Mapping[str, list[str]]) -> dict[str, str]:
    """A query's values, the first of each."""
    return {name: values[0] for name, values in query.items()}
