"""Contracts we wrote from the facts, for platforms that publish none.

A file `{"operations": [...], "$defs": {}}`. Each operation has `method`, `path` (with {names}), and JSON Schemas where
there is something to say: `query`, `headers` (by lower-case name) and `path_values` as objects of strings, `body` (JSON
or a form's fields as strings), `type` (the content type a body must have, a regular expression), `answers` by status,
"2xx", "4xx" or "default" (null: no body), `answer_headers`. `when`: a schema over the query that must fit, for
operations told apart by a parameter.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.peers.contracts.base import Contract, Schema, answer_of, body_of, faults, firsts, match
from tests.peers.wire import Request, Response


class ByHand(Contract):
    """The operations of one file; what it does not describe is unknown."""

    def __init__(self, path: Path) -> None:
        self.document: Schema = json.loads(path.read_text())

    def knows(self, request: Request) -> bool:
        return self._operation(request) is not None

    def validate_request(self, request: Request) -> list[str]:
        operation = self._operation(request) or {}
        parts: Mapping[str, Any] = {
            "query": firsts(request.query),
            "headers": request.headers,
            "path_values": match(operation.get("path", ""), request.path) or {},
        }
        problems = [words for name, value in parts.items() for words in self._faults(operation.get(name), value, name)]
        kind = request.headers.get("content-type", "")
        if "type" in operation and not re.fullmatch(operation["type"], kind.split(";")[0]):
            problems.append(f"content type {kind!r} is not taken")
        if "body" in operation:
            problems += self._faults(operation["body"], body_of(request), "body")
        return problems

    def validate_answer(self, request: Request, response: Response) -> list[str]:
        operation = self._operation(request) or {}
        answers, status = operation.get("answers", {}), str(response.status)
        name = next((one for one in (status, f"{status[0]}xx", "default") if one in answers), None)
        if name is None:
            return [f"status {status} is not described"]
        headers = {each.lower(): value for each, value in response.headers.items()}
        told = operation.get("answer_headers") if response.status < 400 else None
        problems = self._faults(told, headers, "headers")
        if answers[name] is not None:
            return [*problems, *self._faults(answers[name], answer_of(response), "answer")]
        return problems if response.content in {b"", b"{}"} else [*problems, "an answer without a body has one"]

    def _operation(self, request: Request) -> Schema | None:
        found: list[tuple[int, Schema]] = [
            (one["path"].count("{"), one)
            for one in self.document["operations"]
            if one["method"] == request.method
            and match(one["path"], request.path) is not None
            and not self._faults(one.get("when"), firsts(request.query), "when")
        ]
        return min(found, key=lambda one: one[0])[1] if found else None

    def _faults(self, schema: Any, value: Any, where: str) -> list[str]:
        if schema is None:
            return []
        whole = {"$defs": self.document.get("$defs", {}), "allOf": [schema]}
        return faults(Draft202012Validator(whole), value, where=where)
