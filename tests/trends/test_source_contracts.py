"""What is asked and what is recorded, held to the platforms' own descriptions (which are no part of the repository)."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.peers.contracts import CONTRACTS
from tests.peers.lexicon import Lexicons
from tests.trends.conftest import NOW
from tests.trends.recordings import recording
from trends.sources.base import Config, Request, Source
from trends.sources.bluesky import Bluesky
from trends.sources.x import X
from trends.sources.youtube import YouTube

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the platforms' contracts are not on this machine"),
]
TYPES = {"string": str, "integer": int, "object": dict, "array": list, "boolean": bool}


def contract(name: str) -> Any:
    return json.loads((CONTRACTS / name).read_text())


def asked(source: Source, config: Config) -> tuple[str, dict[str, list[str]], Request]:
    """Return the path, the parameters and the request a source makes."""
    (request,) = source.request(config, NOW, "example-key-example-key-0123")
    parts = urlsplit(request.url)
    return parts.path, parse_qs(parts.query), request


def faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], place: str = "") -> Iterator[str]:
    """Yield where a value is not as a schema (of JSON Schema's common core) says, names it doesn't know included."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    wanted = TYPES[schema["type"]]
    if not isinstance(value, wanted):
        yield f"{place} should be {schema['type']}"
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in schema.get("properties", {}):
                yield f"{place}.{name} is unknown"
            else:
                yield from faults(inner, schema["properties"][name], schemas, f"{place}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from faults(inner, schema["items"], schemas, f"{place}[{number}]")
    elif schema.get("format") == "uint64" and not re.fullmatch(r"\d+", str(value)):
        yield f"{place} is no uint64"


def test_youtube_is_asked_as_it_describes_and_the_recording_is_an_answer_of_its() -> None:
    told = contract("youtube-v3-discovery.json")
    method = told["resources"]["videos"]["methods"]["list"]
    path, query, request = asked(YouTube(), {"region": "IN", "category": "10", "pages": "2"})
    assert f"https://{urlsplit(request.url).netloc}/" == told["rootUrl"]
    assert path == f"/{told['servicePath']}{method['path']}"
    following = YouTube().more(recording("youtube", now=NOW), request)
    assert following is not None
    for name, values in (query | parse_qs(urlsplit(following.url).query)).items():
        parameter = method["parameters"][name]
        assert len(values) == 1
        assert values[0] in parameter.get("enum", values)
        assert re.fullmatch(parameter.get("pattern", ".*"), values[0])
        if parameter["type"] == "integer":
            assert int(parameter["minimum"]) <= int(values[0]) <= int(parameter["maximum"])
    answer = json.loads(recording("youtube", now=NOW))
    assert list(faults(answer, {"$ref": method["response"]["$ref"]}, told["schemas"])) == []


def test_x_is_asked_as_it_describes_and_the_recording_is_an_answer_of_its() -> None:
    told = contract("x-openapi.json")
    path, query, request = asked(X(), {"woeid": "23424848"})
    assert f"https://{urlsplit(request.url).netloc}" == told["servers"][0]["url"]
    template = "/2/trends/by/woeid/{woeid}"
    assert re.fullmatch(template.replace("{woeid}", r"\d+"), path)
    operation = told["paths"][template]["get"]
    assert {"BearerToken": []} in operation["security"]
    shared = told["components"]["parameters"]
    known = [shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in operation["parameters"]]
    parameters = {each["name"]: each["schema"] for each in known if each["in"] == "query"}
    assert set(query) <= set(parameters)
    most = parameters["max_trends"]
    assert most["minimum"] <= int(query["max_trends"][0]) <= most["maximum"]
    assert set(query["trend.fields"][0].split(",")) <= set(parameters["trend.fields"]["items"]["enum"])
    schemas = told["components"]["schemas"]
    answer = json.loads(recording("x", now=NOW))
    assert list(faults(answer, schemas["GetTrendsByWoeidResponse"], schemas)) == []


@pytest.mark.parametrize(("name", "chosen"), [("bluesky", "getTrends"), ("bluesky_topics", "getTrendingTopics")])
def test_bluesky_is_asked_as_its_lexicon_says(name: str, chosen: str) -> None:
    lexicon = contract(f"bluesky/lexicons/app/bsky/unspecced/{chosen}.json")
    path, query, _request = asked(Bluesky(), {"list": chosen})
    assert path == f"/xrpc/{lexicon['id']}"
    parameters = lexicon["defs"]["main"]["parameters"]["properties"]
    assert set(query) <= set(parameters)
    assert parameters["limit"]["minimum"] <= int(query["limit"][0]) <= parameters["limit"]["maximum"]
    lexicons = Lexicons(CONTRACTS / "bluesky" / "lexicons")
    schema = lexicon["defs"]["main"]["output"]["schema"]
    assert lexicons.problems(schema, json.loads(recording(name, now=NOW)), lexicon["id"], "answer") == []
