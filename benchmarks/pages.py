"""What a page costs beside its own SQL and a bare render of its template: python -m benchmarks.pages [REQUESTS]

Today, Library and Studio are asked for with realistic rows, through every middleware. The bare side sends the same
SQL statements by hand and renders the same template with the same values; nothing of ours decides anything there.
"""

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

from django.conf import settings  # noqa: E402 (after setup, as everything below)
from django.db import connection, transaction  # noqa: E402
from django.template import Context, loader  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import BrandProfile, Membership, Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from analytics.models import PostMetrics  # noqa: E402
from analytics.services import measuring as snapshots  # noqa: E402
from benchmarks.measuring import ratio, report, share, turns  # noqa: E402
from content import search  # noqa: E402
from content.models import ContentAsset, GeneratedContent, PieceVersion, PipelineStep, Transcript  # noqa: E402
from content.pipeline import running  # noqa: E402
from publishing.models import PlatformConnection, ScheduledPost  # noqa: E402
from trends.services import examples  # noqa: E402

REQUESTS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
QUERIES, TIMES = 11, 5.0
ASSETS, POSTS, PLANNED, VERSIONS = 60, 20, 10, 8
SCOPE = ("SAVEPOINT", "RELEASE", "ROLLBACK")
TEXT = (
    "Why does your skin feel worse every monsoon? The air is wet, but your skin barrier is still losing water."
    " Then use a light cream with ceramides while your skin is still damp. We tested this with forty people."
)


@dataclass
class Taped:
    """What a page asked of the database, and what it was rendered with."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    template: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def fill() -> tuple[Membership, ContentAsset]:
    """Create a brand in the middle of its work; return its owner and an asset with nine minutes of speech."""
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None, full_name="Asha Menon")
    member = organizations.create(name=f"Bench {key}", owner=owner)
    with tenancy.of_member(member):
        BrandProfile.objects.update(keywords=["skincare", "monsoon", "skin barrier", "ceramides"], industry="skincare")
        brand = BrandProfile.objects.get()
        for number in range(ASSETS):
            asset = ContentAsset.objects.create(
                organization=member.organization, kind="blog", title=f"Note {number} on monsoon skin", brand=brand,
                text=TEXT * (1 + number % 5), status="ready", created_by=owner,
            )  # fmt: skip
            search.index(asset)
        _posts(member, asset)
        spoken = _spoken(member, brand)
    running.run(spoken.pk, spoken.organization_id)
    with tenancy.of_member(member):
        _versions(member, spoken)
    return member, spoken


def _spoken(member: Membership, brand: BrandProfile) -> ContentAsset:
    """Create an asset whose subtitles somebody brought; its steps wait."""
    given = {"organization_id": member.organization_id}
    asset = ContentAsset.objects.create(**given, kind="video", title="Nine minutes on skin", brand=brand, duration=540)
    said = (TEXT.split() * 40)[:1350]
    words = [[n * 0.4, n * 0.4 + 0.35, word, 0.9] for n, word in enumerate(said)]
    Transcript.objects.create(
        **given, asset=asset, words=words, text=" ".join(str(word[2]) for word in words), engine="subtitles",
        edited_at=timezone.now(),
    )  # fmt: skip
    PipelineStep.objects.bulk_create(
        PipelineStep(**given, asset=asset, name=step.name, position=number) for number, step in enumerate(running.STEPS)
    )
    return asset


def _versions(member: Membership, asset: ContentAsset) -> None:
    """Let somebody have edited every piece a few times."""
    PieceVersion.objects.bulk_create(
        PieceVersion(
            organization_id=member.organization_id, piece=piece, number=number + 2, text=piece.text, author=member.user
        )
        for piece in GeneratedContent.objects.filter(asset=asset)
        for number in range(VERSIONS)
    )


def _posts(member: Membership, asset: ContentAsset) -> None:
    """Give the brand posts behind it, each with thirty snapshots, and posts before it."""
    given, now = {"organization_id": member.organization_id}, timezone.now()
    account = PlatformConnection.objects.create(
        **given, platform="practice", account_id="bench", handle="kesar", service_url=settings.SITE_URL
    )
    for number in range(POSTS + PLANNED):
        sent = number < POSTS
        at = now - timedelta(hours=20 * (number + 1)) if sent else now + timedelta(hours=14 * (number - POSTS + 1))
        piece = GeneratedContent.objects.create(
            **given, asset=asset, platform="practice", text=TEXT[:200], deleted_at=now - timedelta(seconds=number)
        )
        post = ScheduledPost.objects.create(
            **given, piece=piece, piece_version=1, connection=account, text=TEXT[:200], scheduled_for=at,
            next_try_at=at, local_time=f"{at:%Y-%m-%dT%H:%M}", timezone="UTC",
            published_at=at if sent else None, status="published" if sent else "scheduled",
        )  # fmt: skip
        if sent:
            _measure(post, number)


def _measure(post: ScheduledPost, number: int) -> None:
    published = post.published_at or timezone.now()
    row = snapshots.start(post)
    PostMetrics.objects.bulk_create(
        PostMetrics(
            organization_id=post.organization_id, post=post, taken_at=published + timedelta(hours=hour), hour=hour,
            views=100 * hour + number, likes=5 * hour, comments=hour, shares=hour, is_simulated=True,
        )
        for hour in range(1, 31)
    )  # fmt: skip
    row.views, row.likes, row.last_at = 3000 + number, 150, published + timedelta(hours=30)
    row.save()


@contextmanager
def listening(tape: Taped) -> Iterator[None]:
    """Write down each statement with its values."""

    def hear(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        tape.statements.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(hear):
        yield


def tape(client: Client, address: str) -> Taped:
    """Ask for the page once, with everything written down."""
    found = Taped()
    setup_test_environment(debug=False)
    try:
        with listening(found):
            answer = client.get(address)
    finally:
        teardown_test_environment()
    assert answer.status_code == 200, address
    found.template = str(answer.templates[0].name)
    found.values = cast(Any, answer.context)[0].flatten()
    return found


def bare(taped: Taped) -> Callable[[], None]:
    """Return what sends the statements by hand and renders the template."""
    template = loader.get_template(taped.template).template  # type: ignore[attr-defined]

    def does() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, values in taped.statements:
                if not sql.startswith(SCOPE):
                    cursor.execute(sql, values)
                    if cursor.description:
                        cursor.fetchall()
        template.render(Context(taped.values))

    return does


def measure(name: str, client: Client, address: str) -> None:
    """Print the page's queries, and its times beside the bare side's."""
    client.get(address)
    taped = tape(client, address)
    report(f"{name}: queries", len(taped.statements), unit="queries", n=1, aim=QUERIES)
    ours, limit = turns([lambda: client.get(address), bare(taped)], REQUESTS)
    for part, label in ((0.5, "p50"), (0.95, "p95")):
        mine, other = (1000 * share(side, part) for side in (ours, limit))
        told = ratio(ours, limit) if part == 0.5 else mine / other
        report(f"{name}: {label}", mine, other, unit="ms", n=REQUESTS, ratio=told, aim=TIMES)


def main() -> None:
    """Measure on rows of our own, and take them away again."""
    examples.load(timezone.now())
    member, asset = fill()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client = Client()
    client.force_login(member.user)
    try:
        for name, address in (
            ("Today", reverse("today")),
            ("Library", reverse("library")),
            ("Studio", reverse("studio", args=[asset.pk])),
        ):
            measure(name, client, address)
    finally:
        with tenancy.operator():
            ours = {"organization_id": member.organization_id}
            for model in (PostMetrics, ScheduledPost, GeneratedContent, ContentAsset, PlatformConnection):
                model._base_manager.filter(**ours).delete()
            Organization.objects.filter(pk=member.organization_id).update(deleted_at=timezone.now())


if __name__ == "__main__":
    main()
