"""Which live topics fit, with the evidence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from accounts import tenancy
from content.models import ContentAnalysis, ContentAsset, TrendMatch
from content.pipeline.scoring import rescore
from content.pipeline.understand import names_of, source_of
from content.pipeline.work import Work
from content.understanding import matching, read
from trenddrop.core.embeddings import embedder
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tokens import normal_words
from trends.models import TrendTopic
from trends.queries.nearness import candidates


class MatchTrends:
    """Shortlist live topics by vector, name and strength, then look for their words; no match is an answer."""

    name = "match"

    def skip(self, asset: ContentAsset) -> str | None:
        """Without words there is nothing to match."""
        with tenancy.of_organization(asset.organization_id):
            return None if source_of(asset) else "Without words no topic can be said to fit."

    def run(self, work: Work) -> str:
        """Save the matches in place of earlier ones."""
        asset = work.asset
        model = embedder()
        with tenancy.of_organization(asset.organization_id):
            sentences = read(source_of(asset), language=asset.language or "en", proper_names=names_of(asset))
            analysis = ContentAnalysis.objects.filter(asset=asset).first()
        vector = model.embed([" ".join(sentence.text for sentence in sentences)])[0]
        work.progress(0.3)
        said = [normal_words(sentence.text) for sentence in sentences]
        topics = {str(topic.pk): topic for topic in candidates(vector, embedder=model.name, said=said)}
        found = matching.match(
            sentences,
            [candidate_of(topic, work.now()) for topic in topics.values()],
            keywords=[(word, weight) for word, weight in (analysis.keywords if analysis else [])],
            vector=vector,
            semantic=model.semantic,
        )
        with work.saving():
            save(asset, found, topics)
        work.data["topics"] = len(topics)
        considered = f"{len(topics)} live topics considered"
        return f"{len(found)} fit, {considered}" if found else f"No good match; {considered}"


def candidate_of(topic: TrendTopic, now: dt.datetime) -> matching.Candidate:
    """Describe a topic to the matcher."""
    return matching.Candidate(
        key=str(topic.pk),
        title=topic.title,
        names=topic.names,
        vector=None if topic.embedding is None else np.asarray(topic.embedding, dtype=np.float32),
        sources=topic.source_kinds,
        age_hours=(now - topic.first_detected_at).total_seconds() / 3600,
        growth=topic.growth_24h or 0.0,
        score=topic.score,
    )


def save(asset: ContentAsset, found: Sequence[matching.Match], topics: dict[str, TrendTopic]) -> None:
    """Write what fits; a choice somebody made (used or not) is kept."""
    with tenancy.of_organization(asset.organization_id):
        TrendMatch.objects.filter(asset=asset).exclude(topic_id__in=[one.topic_key for one in found]).delete()
        TrendMatch.objects.bulk_create(
            [_row(asset, one, topics[one.topic_key]) for one in found],
            update_conflicts=True,
            unique_fields=["asset", "topic"],
            update_fields=["score", "evidence", "reasons", "updated_at"],
        )
        rescore(ContentAsset.objects.get(pk=asset.pk), compared=True)


def _row(asset: ContentAsset, found: matching.Match, topic: TrendTopic) -> TrendMatch:
    return TrendMatch(
        organization_id=asset.organization_id,
        asset=asset,
        topic=topic,
        score=found.score,
        evidence=[asdict(evidence) for evidence in found.evidence],
        reasons=[asdict(reason) for reason in found.reasons],
    )


def sentences_of(asset: ContentAsset) -> list[Sentence]:
    """Return an asset's sentences with their seconds. Call in the organisation's scope."""
    return read(source_of(asset), language=asset.language or "en", proper_names=names_of(asset))
