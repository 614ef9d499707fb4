"""Embeddings from any server that speaks OpenAI's `POST /embeddings`."""

from typing import Any

import httpx
import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from trenddrop.core.embeddings.hashed import DIMENSIONS, unit_rows

BATCH = 64
TIMEOUT = httpx.Timeout(60, connect=5)
LONGEST = 8000  # characters; longer inputs are refused by most models


class EmbeddingFailed(RuntimeError):
    """The embedding server could not be used; the message says why."""


class OpenAICompatible:
    """Reads `EMBEDDING_API_URL`, `EMBEDDING_API_KEY`, `EMBEDDING_MODEL`; other widths are projected to 256."""

    dimensions = DIMENSIONS
    semantic = True
    remote = True

    def __init__(self, *, client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(timeout=TIMEOUT)
        self._url = f"{settings.EMBEDDING_API_URL.rstrip('/')}/embeddings"
        self._key, self._model = settings.EMBEDDING_API_KEY, settings.EMBEDDING_MODEL
        self.name = f"{self._model}-256"

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """One unit row per text. Raises EmbeddingFailed."""
        rows = [row for start in range(0, len(texts), BATCH) for row in self._ask(texts[start : start + BATCH])]
        if not rows:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return unit_rows(_projected(np.asarray(rows, dtype=np.float64)))

    def _ask(self, texts: list[str]) -> list[list[float]]:
        body = {"model": self._model, "input": [text[:LONGEST] or " " for text in texts], "encoding_format": "float"}
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            answer = self._client.post(self._url, json=body, headers=headers)
            answer.raise_for_status()
            return _vectors(answer.json(), len(texts))
        except httpx.HTTPStatusError as error:
            raise EmbeddingFailed(f"The embedding server answered {error.response.status_code}.") from error
        except httpx.HTTPError as error:
            raise EmbeddingFailed(f"The embedding server could not be reached: {error}.") from error
        except ValueError as error:
            raise EmbeddingFailed(f"The embedding server's answer could not be read: {error}.") from error


def _vectors(answer: Any, count: int) -> list[list[float]]:
    """The vectors in the order of the inputs. Raises ValueError."""
    try:
        rows = sorted(answer["data"], key=lambda row: row["index"])
        vectors = [[float(number) for number in row["embedding"]] for row in rows]
    except (KeyError, TypeError) as error:
        raise ValueError("it holds no vectors") from error
    if len(vectors) != count or len({len(vector) for vector in vectors}) != 1 or not vectors[0]:
        raise ValueError(f"{count} vectors of one width were expected")
    if not np.isfinite(vectors).all():
        raise ValueError("a number is not finite")
    return vectors


def _projected(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Random signs keep angles (Johnson-Lindenstrauss, Achlioptas 2003); fixed, so that old vectors stay comparable."""
    width = rows.shape[1]
    if width == DIMENSIONS:
        return rows
    bits = np.random.Generator(np.random.PCG64(width)).integers(0, 2, size=(width, DIMENSIONS), dtype=np.int64)
    projected: NDArray[np.float64] = rows @ (2 * bits - 1).astype(np.float64)
    return projected
