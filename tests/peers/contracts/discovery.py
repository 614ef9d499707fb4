"""Google's discovery documents (YouTube)."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.peers.contracts.base import Contract, Schema, answer_of, coerced, faults, firsts, match
from tests.peers.wire import Request, Response


class Discovery(Contract):
    """The methods of one document. Bytes sent to an upload's own address are not described by it."""

    def __init__(self, path: Path) -> None:
        self.document: Schema = json.loads(path.read_text())

    def knows(self, request: Request) -> bool:
        return self._method(request) is not None

    def validate_request(self, request: Request) -> list[str]:
        method = self._method(request) or {}
        problems = self._parameters(method, request)
        kind = request.headers.get("content-type", "").split(";")[0]
        if "request" in method and kind == "application/json":
            problems += self._faults(method["request"]["$ref"], request.json(), "body")
        elif "request" in method and "mediaUpload" not in method:
            problems.append(f"content type {kind!r} is not taken")
        return problems

    def validate_answer(self, request: Request, response: Response) -> list[str]:
        method = self._method(request) or {}
        if response.status >= 400 or "response" not in method or not response.content.strip():
            return []
        body = answer_of(response)
        # The start of a resumable upload answers with an address and an empty body.
        return [] if body in (None, {}) else self._faults(method["response"]["$ref"], body, "answer")

    @cached_property
    def methods(self) -> list[Schema]:
        """All methods, each with the paths it answers at."""
        return list(_methods(self.document))

    @cached_property
    def _schemas(self) -> Schema:
        return {name: _strict(schema) for name, schema in self.document["schemas"].items()}

    def _method(self, request: Request) -> Schema | None:
        for method in self.methods:
            if method["httpMethod"] == request.method and any(
                match(path, request.path) is not None for path in self._paths(method)
            ):
                return dict(method)
        return None

    def _paths(self, method: Schema) -> list[str]:
        own, base = str(method.get("flatPath") or method["path"]), str(self.document["servicePath"])
        uploads = [one["path"] for one in method.get("mediaUpload", {}).get("protocols", {}).values()]
        return [own if own.startswith(base) else base + own, *uploads]

    def _parameters(self, method: Schema, request: Request) -> list[str]:
        wanted = {
            **self.document.get("parameters", {}),
            **method.get("parameters", {}),
            "uploadType": {"type": "string"},
        }
        given = firsts(request.query)
        problems = [
            f"parameter {name} is missing"
            for name, one in method.get("parameters", {}).items()
            if one.get("required") and one["location"] == "query" and name not in given
        ]
        for name, values in request.query.items():
            if name not in wanted:
                problems.append(f"parameter {name} is unknown")
                continue
            schema = {
                part: wanted[name][part]
                for part in ("type", "enum", "pattern", "minimum", "maximum")
                if part in wanted[name]
            }
            problems += [words for one in values for words in _value_faults(one, schema, name)]
        return problems

    def _faults(self, name: str, value: Any, where: str) -> list[str]:
        whole = {"schemas": self._schemas, "$ref": f"#/schemas/{name}"}
        return faults(Draft202012Validator(whole), value, where=where)


def _value_faults(value: str, schema: Schema, name: str) -> list[str]:
    numbers: Schema = {part: int(schema[part]) for part in ("minimum", "maximum") if part in schema}
    return faults(Draft202012Validator(schema | numbers), coerced(value, schema), where=name)


def _methods(part: Schema) -> Iterator[Schema]:
    yield from part.get("methods", {}).values()
    for inner in part.get("resources", {}).values():
        yield from _methods(inner)


def _strict(schema: Any) -> Any:
    """A schema of the old draft as today's: references by name, nothing beyond what is described."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"#/schemas/{schema['$ref']}"}
    kept: tuple[str, ...] = ("type", "items", "enum", "additionalProperties", "pattern")
    made: Schema = {name: _strict(schema[name]) for name in kept if name in schema and schema.get("type") != "any"}
    if "properties" in schema:
        made["properties"] = {name: _strict(part) for name, part in schema["properties"].items()}
        made.setdefault("additionalProperties", False)
    return made
