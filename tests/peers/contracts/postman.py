"""Postman collections (Threads): known paths, parameters, and the values their variables list."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.peers.contracts.base import Contract, Schema, answer_of, body_of, firsts, match
from tests.peers.wire import Request, Response

SELECTORS = frozenset({"fields", "metric"})
CHOICES = frozenset({"media_type", "reply_control"})


class Postman(Contract):
    """A collection; parameters may come in the query or the form. `extra`: parameters known from the facts alone."""

    def __init__(
        self, path: Path, *, extra: frozenset[str] = frozenset(), choices: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self.document: Schema = json.loads(path.read_text())
        self._extra = extra | {"access_token", "limit", "since", "until", "before", "after"}
        self._more_choices = dict(choices or {})
        self.variables = {one["key"]: str(one.get("value", "")) for one in self.document.get("variable", [])}

    def knows(self, request: Request) -> bool:
        return bool(self._requests(request))

    def validate_request(self, request: Request) -> list[str]:
        parameters = [one for item in self._requests(request) for one in _parameters(item)]
        known = {one["key"] for one in parameters}
        body = body_of(request)
        given = {**firsts(request.query), **(body if isinstance(body, dict) else {})}
        problems = [f"parameter {name} is unknown" for name in given if name not in known and name not in self._extra]
        for name in (SELECTORS | CHOICES) & set(given) & known:
            allowed = {value for one in parameters if one["key"] == name for value in self._allowed(name, one)}
            asked = re.sub(r"\{[^}]*\}", "", str(given[name])).split(",")
            problems += [f"{name}: {one} is not known" for one in asked if allowed and one not in allowed]
        return problems

    def validate_answer(self, request: Request, response: Response) -> list[str]:
        body = answer_of(response)
        if not isinstance(body, dict):
            return ["the answer is no object"]
        if response.status >= 400:
            return [] if isinstance(body.get("error"), dict) else ["an error without an error"]
        asked = set(re.sub(r"\{[^}]*\}", "", firsts(request.query).get("fields", "")).split(","))
        known = asked | {name for item in self._requests(request) for name in _example(item)}
        known |= {"id", "data", "paging", "success", "error"}
        rows = body["data"] if isinstance(body.get("data"), list) else [body]
        return [f"{name} is in no example" for name in sorted({name for row in rows for name in row} - known)]

    @cached_property
    def _items(self) -> list[Schema]:
        return list(_requests(self.document["item"]))

    def _requests(self, request: Request) -> list[Schema]:
        path = re.sub(r"^/v\d+\.\d+", "", request.path)
        exact = [item for item in self._items if item["request"]["method"] == request.method and _fits(item, path)]
        named = [item for item in exact if not _template(item).startswith("{")]
        # A number may be an account's, a post's or a container's.
        return exact if re.match(r"/\d", path) else named or exact

    def _allowed(self, name: str, parameter: Schema) -> set[str]:
        value = str(parameter.get("value") or "")
        variable = re.fullmatch(r"\{\{(\w+)\}\}", value)
        listed = self.variables.get(variable[1] if variable else name, "")
        plain = re.sub(r"\{[^}]*\}", "", listed)
        return {one.strip() for one in plain.split(",") if one.strip()} | set(self._more_choices.get(name, ()))


def _requests(items: list[Schema]) -> Iterator[Schema]:
    for item in items:
        if "item" in item:
            yield from _requests(item["item"])
        else:
            yield item


def _template(item: Schema) -> str:
    parts = [part for part in item["request"]["url"].get("path", []) if part]
    return "/".join(re.sub(r"^\{\{(\w+)\}\}$", r"{\1}", part) for part in parts)


def _fits(item: Schema, path: str) -> bool:
    """`me` stands for an account's id too."""
    template = _template(item)
    spelled = [template, re.sub(r"^me(?=/|$)", "{me}", template)]
    numbers = re.match(r"/(me|\d+)(/|$)", path) is not None
    return match(spelled[0], path) is not None or (numbers and match(spelled[1], path) is not None)


def _parameters(item: Schema) -> list[Schema]:
    body = item["request"].get("body") or {}
    form = [*body.get("urlencoded", []), *body.get("formdata", [])]
    return [*item["request"]["url"].get("query", []), *form]


def _example(item: Schema) -> set[str]:
    names: set[str] = set()
    for answer in item.get("response", []):
        try:
            body: Any = json.loads(answer.get("body") or "null")
        except ValueError:
            continue
        rows = body["data"] if isinstance(body, dict) and isinstance(body.get("data"), list) else [body]
        names |= {name for row in [body, *rows] if isinstance(row, dict) for name in row}
    return names
