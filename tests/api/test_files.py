"""Files that the API names are fetched with a key, by the member who may see them and nobody else."""

import json
import re
import uuid
from typing import Any

import pytest
from django.urls import resolve

from accounts import tenancy
from content.models import ContentAsset
from tests.api.asking import Api, as_member
from tests.cast import Cast
from tests.world import World, furnish
from trenddrop.api_docs import described

HERE = "http://testserver/api/v1/"
FILES = [
    ("invoices", "invoice", "pdf", "pdf", b"%PDF"),
    ("credit-notes", "credit_note", "pdf", "pdf", b"%PDF"),
    ("piece-files", "piece_take", "url", "file", b"KESAR short"),
    ("piece-files", "piece_take", "poster_url", "poster", b"KESAR poster"),
    ("assets", "asset", "file_url", "file", b"KESAR bytes"),
    ("assets", "asset", "thumbnail_url", "thumbnail", b"KESAR still"),
]


@pytest.fixture
def world(cast: Cast) -> World:
    """Something of everything in Kesar."""
    return furnish(cast)


def fetched(api: Api, address: str, **headers: str) -> Any:
    return api.client.get(address, headers=headers)


def body_of(answer: Any) -> bytes:
    return bytes(answer.getvalue() if answer.streaming else answer.content)


@pytest.mark.parametrize(("resource", "thing", "field", "part", "begins"), FILES)
def test_the_address_that_is_named_gives_the_file(
    world: World, resource: str, thing: str, field: str, part: str, begins: bytes
) -> None:
    api, address = as_member(world.cast.asha), f"{resource}/{world.ids[thing]}"
    named = api.get(address).json()[field]
    assert named == f"{HERE}{address}/{part}"
    listed = next(each for each in api.get(resource).json()["results"] if each["id"] == str(world.ids[thing]))
    assert listed[field] == named
    answer = fetched(api, named)
    assert (answer.status_code, body_of(answer)[: len(begins)]) == (200, begins)
    assert as_member(world.cast.dev).get(f"{address}/{part}").status_code == 404
    assert as_member(world.cast.farah, "account.own").get(f"{address}/{part}").status_code == 403


@pytest.mark.parametrize(("resource", "thing", "field", "part", "begins"), FILES)
def test_a_file_is_given_to_who_takes_only_its_kind(
    world: World, resource: str, thing: str, field: str, part: str, begins: bytes
) -> None:
    answer = fetched(as_member(world.cast.asha), f"{HERE}{resource}/{world.ids[thing]}/{part}", Accept="video/mp4")
    assert (answer.status_code, body_of(answer)[: len(begins)]) == (200, begins)


def test_every_action_that_is_described_as_a_file_says_that_it_is_one(db: None) -> None:
    told = []
    for address, operations in json.loads(described()[0])["paths"].items():
        kinds = set(operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {}))
        if kinds and "application/json" not in kinds:
            view: Any = resolve(re.sub(r"{\w+}", str(uuid.uuid4()), address)).func
            told.append((view.cls, view.actions["get"]))
    assert len(told) > 8
    assert [(cls.__name__, name) for cls, name in told if name not in cls.files] == []


def test_a_file_is_fetched_in_parts_and_not_twice(world: World) -> None:
    api = as_member(world.cast.asha)
    address = f"{HERE}assets/{world.ids['asset']}/file"
    part = fetched(api, address, Range="bytes=6-10")
    assert (part.status_code, body_of(part), part["Content-Type"]) == (206, b"bytes", "image/png")
    assert fetched(api, address, **{"If-None-Match": part["ETag"]}).status_code == 304
    assert api.client.head(address)["Content-Length"] == "11"


def test_an_asset_without_a_file_names_none(world: World) -> None:
    api = as_member(world.cast.asha)
    made = api.post("assets", {"text": "Rain is coming over the hills"}).json()
    assert (made["file_url"], made["thumbnail_url"]) == ("", "")
    assert api.get(f"assets/{made['id']}/file").status_code == 404


def test_the_file_of_what_was_put_aside_is_not_there(world: World) -> None:
    with tenancy.operator():
        ContentAsset.objects.filter(pk=world.ids["asset"]).update(deleted_at="2026-11-01T00:00Z")
    for path in (f"assets/{world.ids['asset']}/file", f"piece-files/{world.ids['piece_take']}/file"):
        assert as_member(world.cast.asha).get(path).status_code == 404
