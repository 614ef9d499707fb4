"""What topics mean, in the least room: what an asset is compared with."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from pgvector.django import HalfVectorField

from trends.models.topics import TrendTopic

DIMENSIONS = 256  # every embedder's width (core.embeddings)


class TopicVector(models.Model):
    """A live topic's vector in half precision; the database keeps it (migration 0016), nobody writes it by hand.

    A table of its own: rating topics touches no vector, and a look at a million of them reads half a gigabyte.
    """

    topic = models.OneToOneField(TrendTopic, models.CASCADE, primary_key=True, related_name="nearness")
    embedder = models.CharField(max_length=60)
    embedding = HalfVectorField(dimensions=DIMENSIONS)

    if TYPE_CHECKING:
        topic_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.topic_id)
