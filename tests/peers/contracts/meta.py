"""Meta's specs of nodes: edges with their parameters, and the fields a node has."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.peers.contracts.base import Contract, Schema, answer_of, body_of, firsts
from tests.peers.wire import Request, Response

ALWAYS = frozenset(
    {
        "access_token", "after", "appsecret_proof", "before", "debug", "fields", "format", "limit", "method",
        "pretty", "suppress_http_code", "since", "until",
    }
)  # fmt: skip
SHAPES = {
    "bool": re.compile(r"true|false|0|1", re.IGNORECASE),
    "unsigned int": re.compile(r"\d+"),
    "int": re.compile(r"-?\d+"),
    "float": re.compile(r"-?\d+(\.\d+)?"),
    "datetime": re.compile(r"\d{9,11}|\d{4}-\d\d-\d\dT[\d:.]+([+-]\d\d:?\d\d|Z)"),
}
LOOK = re.compile(r"(?P<name>\w+)(\.[\w().]+)*(\{[^}]*\})?")
ENVELOPE = frozenset({"id", "data", "paging", "success", "error", "summary"})


class Meta(Contract):
    """Graph paths `/vNN.0/{id}[/{edge}]`; `nodes` names the spec each id of the test stands for (`*`: all others).

    `extra`: fields and parameters by "Node", "Node.fields" or "Node/edge" that are known from the facts alone.
    """

    def __init__(
        self, place: Path, nodes: Mapping[str, str], *, extra: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self._place, self._nodes, self._extra = place, dict(nodes), dict(extra or {})
        self._specs: dict[str, Schema | None] = {}

    def spec(self, node: str) -> Schema | None:
        """A node's spec, None where the contracts have none."""
        if node not in self._specs:
            path = self._place / f"{node}.json"
            self._specs[node] = json.loads(path.read_text()) if path.is_file() else None
        return self._specs[node]

    @cached_property
    def enums(self) -> dict[str, list[str]]:
        """Allowed values by the name of an enum."""
        return {one["name"].lower(): one["values"] for one in json.loads((self._place / "enum_types.json").read_text())}

    def knows(self, request: Request) -> bool:
        return self._api(request) is not None

    def validate_request(self, request: Request) -> list[str]:
        node, edge, api = self._api(request) or ("", "", {})
        given = _given(request)
        params = {one["name"]: one for one in api.get("params", [])}
        more = self._extra.get(f"{node}/{edge}" if edge else node, frozenset())
        problems = [
            f"parameter {name} is missing" for name, one in params.items() if one["required"] and name not in given
        ]
        for name, value in given.items():
            if name in params:
                problems += self._value(name, value, params[name]["type"])
            elif name not in ALWAYS | more:
                problems.append(f"parameter {name} is unknown")
        return problems + self._fields(api.get("return", node), firsts(request.query).get("fields", ""))

    def validate_answer(self, request: Request, response: Response) -> list[str]:
        body = answer_of(response)
        if response.status >= 400:
            error = body.get("error") if isinstance(body, dict) else None
            return (
                []
                if isinstance(error, dict) and {"message", "code"} <= set(error)
                else ["an error without message and code"]
            )
        if request.method != "GET":
            return [] if isinstance(body, dict) else ["the answer is no object"]
        asked = {one["name"] for one in LOOK.finditer(firsts(request.query).get("fields", ""))}
        rows = body["data"] if isinstance(body.get("data"), list) else [body]
        _node, edge, _described = self._api(request) or ("", "", {})
        if edge == "insights" or not asked:
            return []
        return [
            f"field {name} was not asked for"
            for name in sorted({name for row in rows for name in row} - asked - ENVELOPE)
        ]

    def _api(self, request: Request) -> tuple[str, str, Schema] | None:
        parts = [part for part in request.path.split("/") if part]
        if parts and re.fullmatch(r"v\d+\.\d+", parts[0]):
            parts = parts[1:]
        node = self._nodes.get(parts[0], self._nodes.get("*", "")) if parts else ""
        spec = self.spec(node)
        if spec is None or len(parts) > 2:
            return None
        edge = parts[1] if len(parts) == 2 else ""
        for api in spec["apis"]:
            if api["method"] == request.method and api.get("endpoint", "") == edge:
                return node, edge, api
        if not edge and request.method == "GET":
            return node, "", {"params": [], "return": node}
        return None

    def _fields(self, node: str, asked: str) -> list[str]:
        spec = self.spec(node)
        if spec is None or not asked:
            return []
        known = {one["name"] for one in spec["fields"]} | self._extra.get(f"{node}.fields", frozenset())
        edges = {api.get("endpoint", "") for api in spec["apis"] if api["method"] == "GET"}
        names = [one["name"] for one in LOOK.finditer(asked)]
        return [f"{node} has no field {name}" for name in names if name not in known | edges]

    def _value(self, name: str, value: Any, kind: str) -> list[str]:
        words = value if isinstance(value, str) else json.dumps(value)
        if kind in SHAPES:
            return [] if SHAPES[kind].fullmatch(words) else [f"{name}: {words[:60]} is no {kind}"]
        if kind.startswith("list") or kind in {"map", "Object"}:
            return _structure(name, words, kind)
        values = self.enums.get(kind.lower())
        return [] if values is None or words in values else [f"{name}: {words!r} is not one of {values}"]


def _structure(name: str, words: str, kind: str) -> list[str]:
    """Lists and maps travel as JSON; a list of plain values may come with commas."""
    try:
        parsed = json.loads(words)
    except ValueError:
        return [] if kind.startswith("list<") and "{" not in words else [f"{name}: {words[:60]} is no JSON"]
    if kind.startswith("list") and not isinstance(parsed, list) and kind not in {"list<string>", "list<unsigned int>"}:
        return [f"{name}: {words[:60]} is no list"]
    return []


def _given(request: Request) -> dict[str, Any]:
    body = body_of(request)
    return {**firsts(request.query), **(body if isinstance(body, dict) else {})}
