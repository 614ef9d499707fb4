"""Vectors: unit rows, the same everywhere, from our own hashing or from a server."""

import hashlib
import os
import subprocess
import sys

import httpx
import numpy as np
import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from trenddrop.core.embeddings import EmbeddingFailed, HashedEmbedder, OpenAICompatible, embedder

TEXTS = ["How we make saffron soap at home", "making soaps with saffron", "Bitcoin price crashes", "", "🧡", "केसर साबुन"]


def fingerprint() -> str:
    return hashlib.sha256(HashedEmbedder().embed(TEXTS).round(6).tobytes()).hexdigest()


def test_rows_have_length_one_even_for_nothing() -> None:
    rows = HashedEmbedder().embed(TEXTS)
    assert rows.shape == (6, 256)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    assert HashedEmbedder().embed([]).shape == (0, 256)


def test_texts_about_the_same_are_nearer() -> None:
    soap, soaps, bitcoin = HashedEmbedder().embed(TEXTS[:3])
    assert soap @ soaps > 0.3
    assert abs(soap @ bitcoin) < 0.2


def test_another_process_makes_the_same_vectors() -> None:
    program = "from tests.core.test_embeddings import fingerprint; print(fingerprint())"
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", "import django; django.setup();" + program],
            capture_output=True,
            text=True,
            env={**_environment(), "PYTHONHASHSEED": seed},
            check=True,
        )
        assert run.stdout.strip() == fingerprint()


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "trenddrop.settings"}


@pytest.fixture
def server(httpserver: HTTPServer, settings: Settings) -> HTTPServer:
    settings.EMBEDDER = "trenddrop.core.embeddings.OpenAICompatible"
    settings.EMBEDDING_API_URL = httpserver.url_for("/v1/")
    settings.EMBEDDING_API_KEY = "sesame"
    settings.EMBEDDING_MODEL = "small"
    return httpserver


def test_a_server_is_asked_in_batches_and_put_in_order(server: HTTPServer) -> None:
    sizes: list[int] = []

    def answer(request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer sesame"
        texts = request.get_json()["input"]
        sizes.append(len(texts))
        rows = [{"index": n, "embedding": [float(len(text)), 1.0, 0.0]} for n, text in enumerate(texts)]
        return Response(httpx.Response(200, json={"data": rows[::-1]}).content, mimetype="application/json")

    server.expect_request("/v1/embeddings", method="POST").respond_with_handler(answer)
    with httpx.Client() as client:
        rows = OpenAICompatible(client=client).embed(["a" * n for n in range(1, 71)])
    assert sizes == [64, 6]
    assert rows.shape == (70, 256)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    assert rows[0] @ rows[1] > rows[0] @ rows[69]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("sorry", 200, "could not be read"),
        ('{"data": []}', 200, "could not be read"),
        ('{"data": [{"index": 0, "embedding": []}]}', 200, "could not be read"),
        ('{"data": [{"index": 0, "embedding": [NaN]}]}', 200, "could not be read"),
        ("{}", 500, "answered 500"),
    ],
)
def test_a_server_that_answers_nonsense_is_told(server: HTTPServer, body: str, status: int, told: str) -> None:
    server.expect_request("/v1/embeddings").respond_with_data(body, status=status)
    with httpx.Client() as client, pytest.raises(EmbeddingFailed, match=told):
        OpenAICompatible(client=client).embed(["hello"])


def test_a_server_that_is_not_there_is_told(server: HTTPServer, settings: Settings) -> None:
    settings.EMBEDDING_API_URL = "http://127.0.0.1:9/v1"
    with httpx.Client() as client, pytest.raises(EmbeddingFailed, match="could not be reached"):
        OpenAICompatible(client=client).embed(["hello"])


def test_the_settings_name_the_embedder(settings: Settings) -> None:
    settings.EMBEDDER = "trenddrop.core.embeddings.HashedEmbedder"
    assert embedder().name == "hashed-256-1"
