"""Texts as vectors: rows of length 1, near each other when the texts are alike."""

from typing import Protocol

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from numpy.typing import NDArray

from trenddrop.core.embeddings.hashed import HashedEmbedder
from trenddrop.core.embeddings.openai_compatible import EmbeddingFailed, OpenAICompatible

__all__ = ["Embedder", "EmbeddingFailed", "HashedEmbedder", "OpenAICompatible", "embedder"]


class Embedder(Protocol):
    """`name` says what made a vector: only vectors of one name may be compared.

    `semantic`: it sees meaning, not only words. `remote`: it speaks to the network, so never inside a transaction.
    """

    name: str
    dimensions: int
    semantic: bool
    remote: bool

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """One unit row per text, shape (len(texts), dimensions)."""
        ...


def embedder() -> Embedder:
    """The embedder that `settings.EMBEDDER` names."""
    made: Embedder = import_string(settings.EMBEDDER)()
    return made
