"""The API's description: complete, valid, and true to what stands in the table of permissions."""

import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import EndpointEnumerator

from accounts.permissions import PERMISSIONS
from trenddrop import api_docs
from trenddrop.api_docs import described


@pytest.fixture(scope="module")
def schema() -> Any:
    """The description as anybody gets it."""
    return Client().get("/api/v1/schema/").json()


def operations(schema: Any) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_is_valid_and_leaves_nothing_open() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO(), stderr=StringIO())


def test_every_operation_names_its_permission_and_how_it_can_end(schema: Any) -> None:
    found = operations(schema)
    assert len(found) > 100
    for name, operation in found:
        if name == "GET /api/v1/settings":
            assert not any(operation.get("security", []))
            continue
        assert operation["x-permission"] in PERMISSIONS, name
        assert {"401", "403", "406", "429"} <= set(operation["responses"]), name
        assert "{" not in name or "404" in operation["responses"], name
        if name.startswith(("POST", "PUT", "PATCH")):
            assert {"400", "409", "415", "422"} <= set(operation["responses"]), name
        assert name.startswith("GET") or "409" in operation["responses"], name
        assert operation["summary"], name


def test_every_refusal_is_described_as_a_problem(schema: Any) -> None:
    for name, operation in operations(schema):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_every_status_an_action_answers_with_is_described(schema: Any) -> None:
    said, missing = 0, []
    for path, _pattern, method, callback in EndpointEnumerator().get_api_endpoints():  # type: ignore[no-untyped-call]
        action = getattr(callback, "actions", {}).get(method.lower())
        handler = getattr(callback.cls, action or "", None)
        for status in re.findall(r"status=(2\d\d)", inspect.getsource(handler) if handler else ""):
            said += 1
            if status not in schema["paths"][path.replace("{pk}", "{id}")][method.lower()]["responses"]:
                missing.append(f"{method} {path}: {status}")
    assert said > 40
    assert not missing, missing


def test_every_create_takes_an_idempotency_key(schema: Any) -> None:
    for name, operation in operations(schema):
        if name.startswith("POST"):
            assert "Idempotency-Key" in {each["name"] for each in operation["parameters"]}, name


def test_every_field_and_parameter_says_what_it_is(schema: Any) -> None:
    silent = [
        f"{component}.{name}"
        for component, shape in schema["components"]["schemas"].items()
        for name, field in shape.get("properties", {}).items()
        if not field.get("description") and not any("$ref" in each for each in field.get("allOf", [field]))
    ]
    assert silent == []
    for name, operation in operations(schema):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "path":
                assert parameter.get("description"), (name, parameter["name"])


def test_the_description_is_made_once_and_not_sent_twice() -> None:
    first = Client().get("/api/v1/schema/")
    again = Client().get("/api/v1/schema/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert described()[1] == first["ETag"]


def test_two_who_ask_at_once_get_the_one_description_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_docs, "_made", lru_cache(maxsize=1)(api_docs._made.__wrapped__))
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _number: described(), range(2))
    assert one[0] is other[0]
