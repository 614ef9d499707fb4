"""What topics are found by: their words and what they can be narrowed by, in one index."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from trends.models.topics import TrendTopic


class TopicWords(models.Model):
    """A topic's words and facets. The database keeps it by itself (migration 0010), apart from the topic's own row:
    that is written anew at every rating, its words are not.
    """

    topic = models.OneToOneField(TrendTopic, models.CASCADE, primary_key=True, related_name="wording")
    words = SearchVectorField()

    class Meta:
        verbose_name_plural = "topic words"
        indexes = [GinIndex(fields=["words"], name="topic_words")]

    def __str__(self) -> str:
        return str(self.pk)
