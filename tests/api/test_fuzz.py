"""schemathesis over every operation: nothing fails on our side, and every answer is one the description names.

In half of the cases identifiers are those of things that stand in the world, so that more than the door is tried.
What a request does is taken back. The cases are the same each time; `FUZZ=5` tries five times as many.
"""

import json
import os
import random
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.asking import key_of
from tests.cast import Cast
from tests.world import RESOURCES, World, furnish
from trenddrop.api_docs import described

pytestmark = [pytest.mark.peer, pytest.mark.fuzz]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REAL = {name.removeprefix("api-").rstrip("-"): thing for name, thing in RESOURCES.items()}
NAMED = {"brand": "brand", "client": "client", "piece": "piece", "connection": "connection", "thumbnail": "frame"}
DEPTH = int(os.environ.get("FUZZ", "1"))
NOWHERE = "http://127.0.0.1:9/nothing"  # links and servers lead here: refused at once, and nobody else is asked


@pytest.fixture
def world(cast: Cast, settings: Any) -> Iterator[World]:
    """Something of everything, and calls without number."""
    settings.API_CALLS_PER_MINUTE = settings.API_OPEN_CALLS_PER_MINUTE = 10**6
    settings.DOORS = "tests.api.test_fuzz.NO_DOORS"
    for signal in (request_started, request_finished):  # the transaction of the test is the one asked in
        signal.disconnect(close_old_connections)
    yield furnish(cast)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


NO_DOORS: dict[str, Any] = {}


def operations() -> Iterator[Any]:
    found = schemathesis.openapi.from_dict(json.loads(described()[0]))
    found.app = get_wsgi_application()
    for each in found.get_all_operations():
        assert not isinstance(each, Err), each.err()
        yield each.ok()


def make_real(case: Case[Any], world: World, chance: random.Random, *, stands: bool) -> None:
    """Name things that stand (`stands`: in the address certainly), and no server but our own refusal."""
    resource = case.path.split("/")[3]
    for name in case.path_parameters:
        if resource in REAL and (chance.random() < 0.6 or stands):
            case.path_parameters[name] = str(world.ids[REAL[resource]])
    if not isinstance(case.body, dict):
        return
    for name in {"link", "service"} & case.body.keys():
        case.body[name] = NOWHERE
    for name in NAMED.keys() & case.body.keys():
        if chance.random() < 0.6:
            case.body[name] = str(world.ids[NAMED[name]])


def ways(operation: Any, examples: int) -> int:
    """How often an operation is tried.

    What has only an identifier to vary knows two cases, a thing that stands and one that does not, for every try
    begins from the same state: the first try is the one, those after it are mostly the other.
    """
    varies = operation.query or operation.body
    return examples if varies else min(examples, 6 * DEPTH)


def faults(operation: Any, world: World, key: str, *, examples: int, checks: list[Any]) -> list[str]:
    """Ask in so many ways; what was wrong, in words."""
    chance, tried = random.Random(operation.label), iter([True])
    headers = {"Authorization": f"Bearer {key}"} if key else {}

    @hypothesis.seed(7)
    @hypothesis.settings(
        max_examples=ways(operation, examples),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        make_real(case, world, chance, stands=next(tried, False))
        with transaction.atomic():
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=checks, headers=headers)
            transaction.set_rollback(True)

    try:
        ask()
    except (Failure, FailureGroup) as failure:
        return [f"{operation.label}: {failure}"]
    return []


@pytest.mark.parametrize(("role", "examples"), [("owner", 20 * DEPTH), ("client", 5 * DEPTH)])
def test_nothing_fails_and_every_answer_is_described(world: World, role: str, examples: int) -> None:
    key = key_of(world.cast.asha if role == "owner" else world.cast.esha)
    found = [fault for each in operations() for fault in faults(each, world, key, examples=examples, checks=CHECKS)]
    assert found == [], "\n\n".join(found)


def test_without_a_key_every_door_is_shut(world: World) -> None:
    checks = [*CHECKS, ignored_auth]
    found = [fault for each in operations() for fault in faults(each, world, "", examples=3, checks=checks)]
    assert found == [], "\n\n".join(found)
