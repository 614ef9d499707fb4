"""AT Protocol lexicons, as far as posts need them: what a call sends and gets is held to the platform's own schema."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import regex

from tests.peers.wire import Request, Response

Schema = dict[str, Any]
TID = re.compile(r"[234567abcdefghij][2-7a-z]{12}")
FORMATS = {
    "at-identifier": re.compile(r"did:[a-z]+:[\w.:%-]+|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+"),
    "at-uri": re.compile(r"at://[^/]+(/[a-zA-Z0-9.]+(/[\w.~:-]+)?)?"),
    "cid": re.compile(r"b[a-z2-7]{20,}"),
    "did": re.compile(r"did:[a-z]+:[\w.:%-]*[\w-]"),
    "handle": re.compile(r"([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*"),
    "language": re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*"),
    "nsid": re.compile(r"[a-z][a-z0-9-]*(\.[a-zA-Z0-9-]+){2,}"),
    "record-key": re.compile(r"(?!\.{1,2}$)[\w.~:-]{1,512}"),
    "tid": TID,
    "uri": re.compile(r"[a-z][a-z0-9.+-]*:\S+"),
}
DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Lexicons:
    """The documents below a folder; what they do not describe is not checked."""

    def __init__(self, folder: Path) -> None:
        documents = [json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))]
        self.documents: dict[str, Schema] = {document["id"]: document["defs"] for document in documents}

    def problems_of_call(self, request: Request, answer: Response) -> list[str]:
        """What is wrong with an XRPC request and its 200 answer."""
        nsid = request.path.removeprefix("/xrpc/")
        if nsid not in self.documents:
            return []
        main = self.documents[nsid]["main"]
        problems = [f"{nsid}: {words}" for words in self._request(main, request, nsid)]
        if answer.status == 200 and "output" in main:
            body = json.loads(answer.content)
            found = self.problems(main["output"].get("schema"), body, nsid, "output")
            problems += [f"{nsid}: {words}" for words in found]
        return problems

    def _request(self, main: Schema, request: Request, nsid: str) -> Iterator[str]:
        if request.method != {"query": "GET", "procedure": "POST"}[main["type"]]:
            yield f"{request.method} for a {main['type']}"
        yield from self._params(main.get("parameters", {}), request, nsid)
        if main["type"] == "procedure" and "input" in main:
            given = request.headers.get("content-type", "").split(";")[0]
            if main["input"]["encoding"] not in {given, "*/*"}:
                yield f"content type {given}"
            if "schema" in main["input"]:
                yield from self.problems(main["input"]["schema"], request.json(), nsid, "input")

    def _params(self, schema: Schema, request: Request, nsid: str) -> Iterator[str]:
        known = schema.get("properties", {})
        for name in set(schema.get("required", [])) - set(request.query):
            yield f"parameter {name} is missing"
        for name, values in request.query.items():
            if name not in known:
                yield f"parameter {name} is unknown"
            elif known[name]["type"] == "array":
                yield from self.problems(known[name], values, nsid, name)
            elif known[name]["type"] == "string":
                yield from self.problems(known[name], values[0], nsid, name)

    def problems(self, schema: Schema | None, value: Any, nsid: str, where: str) -> list[str]:
        """What is wrong with `value`, with the place of each fault."""
        if schema is None:
            return []
        check = getattr(self, f"_{schema['type'].replace('-', '_')}", None)
        return list(check(schema, value, nsid, where)) if check else []

    def _ref(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        document, _, name = schema["ref"].partition("#")
        document = document or nsid
        if document in self.documents:
            yield from self.problems(self.documents[document][name or "main"], value, document, where)

    def _union(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        kind = value.get("$type", "") if isinstance(value, dict) else ""
        wanted = {ref if not ref.startswith("#") else nsid + ref for ref in schema["refs"]}
        if not kind:
            yield f"{where}: a member of a union needs a $type"
        elif kind in wanted or kind + "#main" in wanted:
            yield from self._ref({"ref": kind}, value, nsid, where)
        elif schema.get("closed"):
            yield f"{where}: {kind} is not allowed here"

    def _unknown(self, _schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: is no object"
        elif value.get("$type") in self.documents:
            yield from self._ref({"ref": value["$type"]}, value, nsid, where)

    def _record(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        yield from self.problems(schema["record"], value, nsid, where)

    def _object(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: is no object"
            return
        for name in schema.get("required", []):
            if name not in value:
                yield f"{where}.{name}: is missing"
        for name, part in schema.get("properties", {}).items():
            if name in value and not (value[name] is None and name in schema.get("nullable", [])):
                yield from self.problems(part, value[name], nsid, f"{where}.{name}")

    def _array(self, schema: Schema, value: Any, nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where}: is no list"
            return
        yield from _between(len(value), schema, "Length", where)
        for place, item in enumerate(value):
            yield from self.problems(schema["items"], item, nsid, f"{where}[{place}]")

    def _string(self, schema: Schema, value: Any, _nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{where}: is no string"
            return
        yield from _between(len(value.encode()), schema, "Length", where)
        yield from _between(len(regex.findall(r"\X", value)), schema, "Graphemes", where)
        if value not in schema.get("enum", [value]) or value != schema.get("const", value):
            yield f"{where}: {value!r} is not one of the allowed"
        if not _has_format(schema.get("format", ""), value):
            yield f"{where}: {value!r} is no {schema['format']}"

    def _integer(self, schema: Schema, value: Any, _nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{where}: is no integer"
        elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{where}: {value} is out of range"

    def _boolean(self, _schema: Schema, value: Any, _nsid: str, where: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield f"{where}: is no boolean"

    def _blob(self, schema: Schema, value: Any, _nsid: str, where: str) -> Iterator[str]:
        try:
            kind, link, mime, size = value["$type"], value["ref"]["$link"], value["mimeType"], value["size"]
        except (KeyError, TypeError):
            yield f"{where}: is no blob"
            return
        if kind != "blob" or not _has_format("cid", link) or size > schema.get("maxSize", size):
            yield f"{where}: is no blob of at most {schema.get('maxSize')} bytes"
        accepted = [pattern.removesuffix("*") for pattern in schema.get("accept", ["*"])]
        if not any(mime.startswith(pattern) for pattern in accepted):
            yield f"{where}: {mime} is not accepted"


def _between(count: int, schema: Schema, what: str, where: str) -> Iterator[str]:
    if not schema.get(f"min{what}", count) <= count <= schema.get(f"max{what}", count):
        yield f"{where}: {what.lower()} {count} is out of range"


def _has_format(name: str, value: str) -> bool:
    if name == "datetime":
        return bool(DATETIME.fullmatch(value)) and datetime.fromisoformat(value).tzinfo is not None
    if name == "uri" and not urlsplit(value).scheme:
        return False
    return name not in FORMATS or bool(FORMATS[name].fullmatch(value))
