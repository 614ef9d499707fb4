"""What an address may be asked with: a name nobody reads is refused."""

import json
from typing import Any

import pytest
from django.test import RequestFactory
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from rest_framework.request import Request

from tests.api.asking import PROBLEM, Api, as_member
from tests.cast import Cast
from trenddrop.api_docs import described
from trenddrop.core.rest.parameters import names_of


def refused(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM), told
    assert told["code"] == "unknown_parameter"
    return told


@pytest.mark.parametrize("path", ["posts", "brands", "voice-samples", "trends", "assets", "measured-posts"])
def test_a_list_refuses_a_name_it_does_not_know_and_says_those_it_does(cast: Cast, path: str) -> None:
    told = refused(as_member(cast.asha).get(path, stauts="live", limit=2))
    (error,) = told["errors"]
    assert error["field"] == "stauts"
    assert "“stauts”" in told["detail"] == error["detail"]
    assert {"cursor", "limit", "ordering"} <= set(error["detail"].partition("Known are: ")[2].rstrip(".").split(", "))


def test_all_unknown_names_are_told_at_once(cast: Cast) -> None:
    told = refused(as_member(cast.asha).get("posts", stauts="live", acount="x", status="scheduled"))
    assert [each["field"] for each in told["errors"]] == ["acount", "stauts"]


def test_what_takes_no_parameters_says_so(cast: Cast) -> None:
    assert "takes no parameters" in refused(as_member(cast.asha).get("me", full="1"))["detail"]


def test_what_was_written_comes_back_shortened_and_not_a_thousand_times(cast: Cast) -> None:
    told = refused(as_member(cast.asha).get("brands", **{f"{number:03}{'x' * 500}": 1 for number in range(90)}))
    assert len(told["errors"]) == 20
    assert all(len(each["field"]) == 100 for each in told["errors"])


def test_strangers_are_asked_for_a_key_first(db: None) -> None:
    assert Api().get("posts", stauts="live").status_code == 401


def test_a_change_is_not_asked_about_its_query(cast: Cast) -> None:
    answer = as_member(cast.asha).post("clients?from=import", {"name": "Tara"})
    assert answer.status_code == 201, answer.content


def test_the_names_that_are_known_are_those_that_are_described() -> None:
    paths, seen = json.loads(described()[0])["paths"], 0
    for path, _pattern, method, callback in EndpointEnumerator().get_api_endpoints():  # type: ignore[no-untyped-call]
        if method != "GET" or not hasattr(callback, "actions"):
            continue
        view: Any = SchemaGenerator().create_view(callback, method)  # type: ignore[no-untyped-call]
        view.request = Request(RequestFactory().get(path))
        operation = paths[path.replace("{pk}", "{id}")]["get"]
        told = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        if view.action == "list":
            assert names_of(view) == told, path
        assert told <= names_of(view), path
        seen += bool(told)
    assert seen > 60
