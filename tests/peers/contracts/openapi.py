"""OpenAPI 3 documents (X, Spotify, SoundCloud, Tidal)."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.peers.contracts.base import Contract, Schema, answer_of, body_of, coerced, faults, firsts, match
from tests.peers.wire import Request, Response

ADDRESS = "urn:document"


class OpenApi(Contract):
    """The document's operations, parameters, bodies and answers; `base`: what its server's address ends with."""

    def __init__(self, path: Path, *, base: str = "") -> None:
        self.base = base
        text = path.read_text()
        self.document: Schema = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)

    def knows(self, request: Request) -> bool:
        return self._operation(request) is not None

    def validate_request(self, request: Request) -> list[str]:
        operation = self._operation(request) or {}
        return [*self._parameters(operation, request), *self._body(operation, request)]

    def validate_answer(self, request: Request, response: Response) -> list[str]:
        answers = (self._operation(request) or {}).get("responses", {})
        described = answers.get(str(response.status))
        if described is None:
            return [] if response.status >= 400 else [f"status {response.status} is not described"]
        schema = next((kind["schema"] for kind in described.get("content", {}).values()), None)
        return [] if schema is None else faults(self._validator(schema), answer_of(response), where="answer")

    @cached_property
    def _registry(self) -> Any:
        resource = Resource.from_contents(_nullable(self.document), default_specification=DRAFT202012)
        return Registry().with_resource(ADDRESS, resource)

    def _validator(self, schema: Schema) -> Draft202012Validator:
        checker = Draft202012Validator.FORMAT_CHECKER
        return Draft202012Validator(_absolute(_nullable(schema)), registry=self._registry, format_checker=checker)

    def _operation(self, request: Request) -> Schema | None:
        found = [
            (template.count("{"), methods[request.method.lower()])
            for template, methods in self.document["paths"].items()
            if request.method.lower() in methods and match(template, request.path.removeprefix(self.base)) is not None
        ]
        return min(found, key=lambda one: one[0])[1] if found else None

    def _resolved(self, value: Schema) -> Schema:
        while "$ref" in value:
            place: Any = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                place = place[part]
            value = place
        return value

    def _parameters(self, operation: Schema, request: Request) -> list[str]:
        wanted = {
            one["name"]: one for one in map(self._resolved, operation.get("parameters", [])) if one["in"] == "query"
        }
        given = firsts(request.query)
        problems = [
            f"parameter {name} is missing" for name, one in wanted.items() if one.get("required") and name not in given
        ]
        for name, value in given.items():
            if name not in wanted:
                problems.append(f"parameter {name} is unknown")
                continue
            schema = self._resolved(wanted[name]["schema"])
            problems += faults(self._validator(schema), coerced(value, schema), where=name)
        return problems

    def _body(self, operation: Schema, request: Request) -> list[str]:
        described = operation.get("requestBody")
        if described is None:
            return ["a body is sent where none is taken"] if request.body.strip() not in {b"", b"{}"} else []
        kind = request.headers.get("content-type", "").split(";")[0]
        if kind not in described["content"]:
            return [f"content type {kind!r} is not taken"]
        schema, body = self._resolved(described["content"][kind]["schema"]), body_of(request)
        if kind == "multipart/form-data":
            parts = schema.get("properties", {})
            body = {name: coerced(value, self._resolved(parts.get(name, {}))) for name, value in body.items()}
        return faults(self._validator(schema), body, where="body")


def _absolute(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: ADDRESS + part
            if name == "$ref" and isinstance(part, str) and part.startswith("#")
            else _absolute(part)
            for name, part in value.items()
        }
    return [_absolute(one) for one in value] if isinstance(value, list) else value


def _nullable(value: Any) -> Any:
    if isinstance(value, list):
        return [_nullable(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: _nullable(part) for name, part in value.items()}
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return _told_apart(made)


def _told_apart(schema: Schema) -> Schema:
    """Alternatives that are told apart by a field's value: the one that is named must fit, whatever else would."""
    apart = schema.get("discriminator")
    if not isinstance(apart, dict) or "mapping" not in apart or "oneOf" not in schema:
        return schema
    name, rest = apart["propertyName"], {key: value for key, value in schema.items() if key != "oneOf"}
    cases = [
        {"if": {"properties": {name: {"const": value}}}, "then": {"$ref": place}}
        for value, place in apart["mapping"].items()
    ]
    known = {"required": [name], "properties": {name: {"enum": list(apart["mapping"])}}}
    return {**rest, "allOf": [*rest.get("allOf", []), known, *cases]}
