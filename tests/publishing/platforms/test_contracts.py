"""The checks of contracts find what is wrong, and only that."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.peers.contracts import CONTRACTS, ByHand, Contract, Discovery, Meta, OpenApi, Postman, folder
from tests.peers.wire import Request, Response

PAGE, PERSON = "1001", "17841400000000001"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the platforms' contracts are not on this machine"),
]


def asked(method: str, target: str, body: Any = None, kind: str = "application/json") -> Request:
    parts = urlsplit(target)
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": kind} if content else {}
    return Request(method, parts.path, parse_qs(parts.query, keep_blank_values=True), headers, content, target)


@pytest.fixture(scope="module")
def x() -> Contract:
    return OpenApi(folder("x-openapi.json"))


@pytest.fixture(scope="module")
def youtube() -> Contract:
    return Discovery(folder("youtube-v3-discovery.json"))


@pytest.fixture(scope="module")
def meta() -> Contract:
    return Meta(folder("meta"), {PAGE: "Page", PERSON: "IGUser", "*": "IGMedia"})


@pytest.fixture(scope="module")
def threads() -> Contract:
    return Postman(folder("threads-postman.json"))


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (asked("POST", "/2/tweets", {"text": "Hello", "made_with_ai": True}), ""),
        (asked("POST", "/2/tweets", {"text": 7}), "is not of type 'string'"),
        (asked("POST", "/2/tweets", {"text": "x", "reply_settings": "everyone"}), "is not one of"),
        (asked("POST", "/2/tweets", {"text": "x", "colour": "red"}), "colour"),
        (asked("GET", "/2/users/me?user.fields=public_metrics"), ""),
        (asked("GET", "/2/users/me?user.fields=shoe_size"), "shoe_size"),
        (asked("GET", "/2/users/me?shoes=1"), "parameter shoes is unknown"),
        (asked("GET", "/2/media/upload?command=STATUS"), "media_id is missing"),
    ],
)
def test_an_openapi_document_is_kept_to(x: Contract, request_: Request, fault: str) -> None:
    expect(x.validate_request(request_), fault)


def test_an_answer_is_held_to_an_openapi_document(x: Contract) -> None:
    post = asked("POST", "/2/tweets", {"text": "Hello"})
    assert x.validate_answer(post, Response(201, {"data": {"id": "1", "text": "Hello"}})) == []
    expect(x.validate_answer(post, Response(201, {"data": {"id": 1, "text": "Hello"}})), "is not of type 'string'")
    expect(x.validate_answer(post, Response(200, {"data": {}})), "status 200 is not described")


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (asked("POST", "/upload/youtube/v3/videos?part=snippet&uploadType=resumable", {"snippet": {"title": "T"}}), ""),
        (asked("POST", "/upload/youtube/v3/videos?uploadType=resumable", {"snippet": {}}), "part is missing"),
        (asked("POST", "/youtube/v3/videos?part=status", {"status": {"shoe": 1}}), "shoe"),
        (asked("PUT", "/youtube/v3/videos?part=status", {"status": {"privacyStatus": "secret"}}), "secret"),
        (asked("GET", "/youtube/v3/videos?part=id&part=status&id=a"), ""),
        (asked("GET", "/youtube/v3/videos?part=id&maxResults=900"), "900"),
        (asked("GET", "/youtube/v3/videos?part=id&shoes=1"), "parameter shoes is unknown"),
    ],
)
def test_a_discovery_document_is_kept_to(youtube: Contract, request_: Request, fault: str) -> None:
    expect(youtube.validate_request(request_), fault)


def test_an_answer_is_held_to_a_discovery_document(youtube: Contract) -> None:
    look = asked("GET", "/youtube/v3/videos?part=id")
    video = {"kind": "youtube#video", "id": "v1", "statistics": {"viewCount": "7"}}
    assert youtube.validate_answer(look, Response(200, {"items": [video]})) == []
    expect(youtube.validate_answer(look, Response(200, {"items": [{**video, "id": 7}]})), "is not of type 'string'")


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (asked("POST", f"/v26.0/{PERSON}/media", {"media_type": "REELS", "share_to_feed": True}), ""),
        (asked("POST", f"/v26.0/{PERSON}/media_publish", {"creation_id": "178"}), ""),
        (asked("POST", f"/v26.0/{PERSON}/media_publish", {"creation_id": "a178"}), "is no unsigned int"),
        (asked("POST", f"/v26.0/{PERSON}/media_publish", {}), "creation_id is missing"),
        (asked("POST", f"/v26.0/{PAGE}/feed", {"message": "x", "mesage": "y"}), "mesage is unknown"),
        (asked("POST", f"/v26.0/{PAGE}/video_reels", {"upload_phase": "middle"}), "middle"),
        (asked("GET", "/v26.0/178?fields=permalink,like_count"), ""),
        (asked("GET", "/v26.0/178?fields=permalink,shoe_size"), "no field shoe_size"),
    ],
)
def test_metas_specs_are_kept_to(meta: Contract, request_: Request, fault: str) -> None:
    expect(meta.validate_request(request_), fault)


def test_an_answer_holds_the_fields_asked_for(meta: Contract) -> None:
    look = asked("GET", "/v26.0/178?fields=permalink")
    assert meta.validate_answer(look, Response(200, {"id": "178", "permalink": "https://i.example"})) == []
    expect(meta.validate_answer(look, Response(200, {"caption": "x"})), "caption was not asked for")
    expect(meta.validate_answer(look, Response(400, {"error": {"message": "x"}})), "without message and code")


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (asked("POST", "/v1.0/77/threads?media_type=TEXT&text=Hello&reply_control=mentioned_only"), ""),
        (asked("POST", "/v1.0/me/threads?media_type=FILM&text=Hello"), "FILM is not known"),
        (asked("POST", "/v1.0/me/threads?media_type=TEXT&shoes=1"), "parameter shoes is unknown"),
        (asked("GET", "/v1.0/me?fields=id,username"), ""),
        (asked("GET", "/v1.0/12?fields=id,permalink"), ""),
        (asked("GET", "/v1.0/me?fields=id,shoe_size"), "shoe_size is not known"),
    ],
)
def test_a_postman_collection_is_kept_to(threads: Contract, request_: Request, fault: str) -> None:
    expect(threads.validate_request(request_), fault)


def test_an_answer_is_held_to_a_collections_examples(threads: Contract) -> None:
    publish = asked("POST", "/v1.0/me/threads_publish?creation_id=1")
    assert threads.validate_answer(publish, Response(200, {"id": "1"})) == []
    expect(threads.validate_answer(publish, Response(200, {"permalink": "x"})), "permalink is in no example")


def test_what_no_contract_knows_is_said(x: Contract) -> None:
    strange = asked("GET", "/2/shoes")
    expect(x.problems([(strange, Response(200, {}))]), "no such operation")
    assert x.problems([(strange, Response(200, {}))], beyond="/2/shoes") == []


def test_a_contract_by_hand_is_kept_to(tmp_path: Any) -> None:
    operation = {
        "method": "POST",
        "path": "/rest/{thing}",
        "query": {"required": ["q"], "properties": {"q": {"const": "author"}}, "additionalProperties": False},
        "headers": {"required": ["x-version"]},
        "type": "application/json",
        "body": {"$ref": "#/$defs/thing"},
        "answers": {"201": None, "4xx": {"required": ["message"]}},
        "answer_headers": {"required": ["x-id"]},
    }
    text = json.dumps({"operations": [operation], "$defs": {"thing": {"type": "object", "required": ["name"]}}})
    (tmp_path / "small.json").write_text(text)
    contract = ByHand(tmp_path / "small.json")
    good = asked("POST", "/rest/posts?q=author", {"name": "x"})
    good = Request(good.method, good.path, good.query, {**good.headers, "x-version": "1"}, good.body, good.target)
    assert contract.problems([(good, Response(201, "", {"X-Id": "7"}))]) == []
    expect(contract.validate_answer(good, Response(201, "")), "x-id")
    expect(contract.validate_answer(good, Response(422, {})), "message")
    expect(contract.validate_request(asked("POST", "/rest/posts?q=me", {})), "name")
    expect(contract.validate_request(asked("POST", "/rest/posts?q=me", {"name": "x"})), "author")
    expect(contract.validate_request(asked("POST", "/rest/posts?q=author", b"name=x", "text/plain")), "not taken")


def expect(problems: list[str], fault: str) -> None:
    """No problem when none is expected, else one with those words."""
    if fault:
        assert any(fault in words for words in problems), problems
    else:
        assert problems == []
