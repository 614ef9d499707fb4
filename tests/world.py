"""Something of everything in an organisation, and which address shows which of it."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import cast as cast_to

from django.core.files.base import ContentFile
from django.urls import URLPattern
from django.utils import timezone

from accounts import tenancy
from accounts.models import (
    ApiKey,
    AudienceProfile,
    AuditEntry,
    BrandProfile,
    BrandVoiceSample,
    ClientAccount,
    DataRequest,
    Flag,
    GateCheck,
    Invitation,
    Membership,
    Notification,
    Organization,
    TokenGate,
    Wallet,
)
from analytics.services import measuring
from content.models import (
    Collection,
    ContentAnalysis,
    ContentAsset,
    GeneratedContent,
    Generation,
    MediaFix,
    PieceVariant,
    PieceVersion,
    PosterFrame,
    Thumbnail,
    Transcript,
    Upload,
)
from publishing.models import PlatformConnection, PracticeAccount, PracticeMedia, PracticePost, ScheduledPost
from tests import (
    world_of_advising,
    world_of_agreeing,
    world_of_billing,
    world_of_conversions,
    world_of_days,
    world_of_events,
    world_of_insights,
    world_of_learning,
    world_of_looks,
    world_of_next_posts,
    world_of_numbers,
    world_of_planning,
    world_of_publishing,
    world_of_repurposing,
    world_of_sums,
    world_of_trends,
    world_of_worth,
)
from tests.cast import Cast, person
from tests.world_of_ideas import ideas
from trenddrop.api import router as api_router

# The thing each address with an identifier shows. A new page must be named here, or its test says so.
THINGS = {
    "organization_data_file": "archive",
    "my_data_file": "own_archive",
    "key_revoke": "key",
    "notification": "notification",
    "notification_read": "notification",
    "audit_entry": "audit_entry",
    "client": "client",
    "client_edit": "client",
    "client_archive": "client",
    "client_restore": "client",
    "client_brand": "client",
    "client_brand_take": "client",
    "client_logo": "client",
    "member": "member",
    "member_role": "member",
    "member_rights": "member",
    "member_status": "member",
    "member_remove": "member",
    "invitation_resend": "invitation",
    "invitation_revoke": "invitation",
    "picture": "person",
    "trend": "topic",
    "topic_assets": "topic",
    "trend_opportunities": "topic",
    "opportunity_ask": "topic",
    "opportunity_dismiss": "idea",
    "opportunity_use": "idea",
    "watch": "watch",
    "watch_edit": "watch",
    "watch_switch": "watch",
    "watch_delete": "watch",
    "watch_follow": "watch",
    "watch_secret": "watch",
    "watch_resume": "watch",
    "watch_test": "watch",
    "collection_rename": "collection",
    "collection_remove": "collection",
    "asset_card": "asset",
    "asset_edit": "asset",
    "asset_cancel": "asset",
    "asset_retry": "asset",
    "asset_match": "asset",
    "asset_subtitles": "asset",
    "asset_text": "asset",
    "transcript": "asset",
    "asset_moments": "asset",
    "transcript_line": "asset",
    "transcript_replace": "asset",
    "transcript_speaker": "asset",
    "transcript_marks": "asset",
    "transcript_language": "asset",
    "transcript_first": "asset",
    "transcript_read": "asset",
    "studio": "asset",
    "captions": "asset",
    "file": "asset",
    "thumbnail": "asset",
    "frame": "frame",
    "upload_part": "upload",
    "piece": "piece",
    "piece_rewrite": "piece",
    "piece_restore": "piece",
    "piece_check": "piece",
    "piece_versions": "piece",
    "piece_variants": "piece",
    "piece_variants_drop": "piece",
    "piece_variant_take": "piece",
    **dict.fromkeys(("piece_covers", "piece_covers_drop", "piece_cover"), "piece"),
    **dict.fromkeys(("piece_fix", "piece_fix_far", "piece_fix_cancel"), "piece"),
    "piece_original": "piece",
    "piece_file": "piece",
    "cover": "cover",
    "piece_voice": "piece",
    "piece_prediction": "piece",
    "lesson_leave_out": "signal",
    "piece_tags": "piece",
    "piece_tag_add": "piece",
    "piece_library": "piece",
    "piece_library_use": "piece",
    "library_item": "item",
    "library_item_delete": "item",
    "library_item_offer": "item",
    "library_withdraw": "shared_item",
    "library_take": "shared_item",
    "library_rate": "shared_item",
    "flag_library_item": "shared_item",
    **dict.fromkeys(("idea", "idea_edit", "idea_delete", "script_new"), "prompt"),
    "idea_restore": "deleted_prompt",
    **dict.fromkeys(("script", "script_save", "script_rewrite", "script_restore", "script_version"), "script"),
    **dict.fromkeys(("script_approve", "script_reopen", "script_pieces", "voice_over_new"), "script"),
    **dict.fromkeys(("voice_over", "voice_over_file", "voice_over_stop", "voice_over_delete"), "voice_over"),
    "voice_over_asset": "voice_over",
    **dict.fromkeys(("voice_sample", "voice_consent", "voice_revoke", "voice_delete"), "voice"),
    "brand_delete": "brand",
    "wallet_remove": "wallet",
    "flag_topic": "topic",
    "flag_asset": "asset",
    "flag_piece": "piece",
    "flag_practice_post": "practice_post",
    "gate_edit": "gate",
    "gate_remove": "gate",
    "gate_test": "gate",
    "voice_remove": "sample",
    "audience": "audience",
    "audience_remove": "audience",
    "post_voice": "post",
    "schedule": "piece",
    "publish_now": "piece",
    "connection_check": "connection",
    "connection_remove": "connection",
    "practice_media": "practice_media",
    "post": "post",
    "post_cancel": "post",
    "post_move": "post",
    "post_look": "post",
    "post_numbers": "post",
    "post_seen": "post",
    "post_retry": "post",
}
THINGS |= world_of_looks.THINGS | world_of_repurposing.THINGS | world_of_publishing.THINGS
THINGS |= (
    world_of_advising.THINGS
    | world_of_worth.THINGS
    | world_of_days.THINGS
    | world_of_agreeing.THINGS
    | world_of_planning.THINGS
)
THINGS |= world_of_conversions.THINGS | world_of_numbers.THINGS | world_of_sums.THINGS
THINGS |= world_of_insights.THINGS | world_of_next_posts.THINGS
THINGS |= world_of_billing.THINGS
# The API's addresses, by resource.
RESOURCES = {
    "api-members-": "member",
    "api-invitations-": "invitation",
    "api-clients-": "client",
    "api-brands-": "brand",
    "api-voice-samples-": "sample",
    "api-audiences-": "audience",
    "api-notifications-": "notification",
    "api-audit-": "audit_entry",
    "api-api-keys-": "key",
    "api-wallets-": "wallet",
    "api-gates-": "gate",
    "api-data-requests-": "archive",
    "api-reports-": "report",
    "api-assets-": "asset",
    "api-collections-": "collection",
    "api-uploads-": "upload",
    "api-pieces-": "piece",
    "api-transcripts-": "transcript",
    "api-generations-": "generation",
    "api-library-items-": "item",
    "api-shared-items-": "shared_item",
    "api-feedback-signals-": "signal",
    "api-calibrations-": "calibration",
    "api-prompts-": "prompt",
    "api-scripts-": "script",
    "api-voices-": "voice",
    "api-voice-overs-": "voice_over",
    "api-trends-": "topic",
    "api-trend-opportunities-": "idea",
    "api-trend-sources-": "source",
    "api-watches-": "watch",
    "api-alerts-": "alert",
    "api-connections-": "connection",
    "api-posts-": "post",
    "api-measured-posts-": "post",
}
RESOURCES |= world_of_looks.RESOURCES | world_of_repurposing.RESOURCES | world_of_publishing.RESOURCES
RESOURCES |= (
    world_of_days.RESOURCES | world_of_agreeing.RESOURCES | world_of_planning.RESOURCES | world_of_conversions.RESOURCES
)
RESOURCES |= (
    world_of_advising.RESOURCES | world_of_events.RESOURCES | world_of_worth.RESOURCES | world_of_sums.RESOURCES
)
RESOURCES |= world_of_billing.RESOURCES | world_of_insights.RESOURCES | world_of_next_posts.RESOURCES
THINGS |= {
    str(url.name): thing
    for url in cast_to(list[URLPattern], api_router.urls)
    for resource, thing in RESOURCES.items()
    if url.pattern.converters and str(url.name).startswith(resource)
}
SHARED = {"topic", "source"} | world_of_publishing.SHARED | world_of_sums.SHARED  # the same for every organisation


@dataclass(frozen=True)
class World:
    """Identifiers of what stands in Kesar Naturals; everything there has KESAR in its words."""

    cast: Cast
    ids: dict[str, uuid.UUID]


def furnish(cast: Cast) -> World:
    """Put one of each thing into Kesar, for its client, so that even a client's member may see it."""
    with tenancy.operator():
        ids = _content(cast.kesar, cast.brand, cast.client, cast) | world_of_trends.shared()
        ids |= ideas(cast)
        ids |= _people(cast.kesar, cast.client)
        ids |= _archives(cast)
        ids |= _gates(cast)
        ids |= world_of_trends.trending(cast, ids)
        ids |= {"key": _key(cast), "report": _report(cast, ids["topic"])}
        ids |= {"person": _portrait(cast)}
        ids |= world_of_learning.learned(cast, ids["piece"])
        ids |= world_of_learning.libraries(cast, ids["piece"]) | world_of_looks.looks(cast, ids["brand"], ids["piece"])
        ids |= {"generation": _asked(cast, ids["piece"])} | world_of_repurposing.repurposing(cast, ids["asset"])
        ids |= world_of_publishing.publishing(cast, ids)
        ids |= world_of_agreeing.agreeing(cast, ids)
        ids |= world_of_planning.planning(cast, ids)
        ids |= world_of_days.days(cast)
        ids |= world_of_conversions.converting(cast, ids)
        ids |= world_of_events.events(cast, ids)
        ids |= world_of_sums.sums(cast, ids)
        ids |= world_of_worth.worths(cast, ids)
        ids |= world_of_insights.found(cast, ids)
        ids |= world_of_advising.advised(cast)
        ids |= world_of_next_posts.next_posts(cast, ids)
        ids |= world_of_billing.bought(cast)
    return World(cast, ids)


def _asked(cast: Cast, piece: uuid.UUID) -> uuid.UUID:
    """A model that was asked for a piece."""
    tried = [{"provider": "openai", "model": "KESAR", "outcome": "answered", "seconds": 2.5, "reason": ""}]
    return Generation.objects.create(
        organization=cast.kesar,
        client=cast.client,
        asked_by=cast.ben.user,
        purpose="piece",
        of=piece,
        version=1,
        about="Bluesky, KESAR",
        made_by="language model",
        credits=2,
        tried=tried,
    ).pk


def _portrait(cast: Cast) -> uuid.UUID:
    """Give Esha a picture: her own client's members see it, too."""
    esha = cast.esha.user
    esha.avatar.save("p.webp", ContentFile(b"KESAR portrait"))
    return esha.pk


def _key(cast: Cast) -> uuid.UUID:
    row = ApiKey.objects.create(
        organization=cast.kesar, membership=cast.asha, name="KESAR key", prefix="td_KESAR", hash="k" * 64, scopes=[]
    )
    return row.pk


def _report(cast: Cast, topic: uuid.UUID) -> uuid.UUID:
    row = Flag.objects.create(
        organization=cast.kesar,
        resource_type="trends.trendtopic",
        resource_id=str(topic),
        resource_name="KESAR topic",
        reason="spam",
        reported_by=cast.asha.user,
    )
    return row.pk


def _gates(cast: Cast) -> dict[str, uuid.UUID]:
    now = timezone.now()
    wallet = Wallet.objects.create(user=cast.asha.user, address="0x" + "0" * 40, label="KESAR wallet", proved_at=now)
    gate = TokenGate.objects.create(
        organization=cast.kesar, name="KESAR gate", chain_id=1, standard="native", opens="premium", minimum=1
    )
    GateCheck.objects.create(organization=cast.kesar, gate=gate, wallet=wallet, balance=2, checked_at=now)
    return {"wallet": wallet.pk, "gate": gate.pk}


def _people(organization: Organization, client: ClientAccount) -> dict[str, uuid.UUID]:
    guest = Membership.objects.create(
        organization=organization, user=person("KESAR guest", "guest@kesar.example"), role="client", client=client
    )
    now = timezone.now()
    invitation = Invitation.objects.create(
        organization=organization,
        client=client,
        email="kesar-invited@kesar.example",
        role="client",
        token_hash="k" * 64,
        last_sent_at=now - dt.timedelta(hours=1),
        expires_at=now + dt.timedelta(days=7),
    )
    guest.user.avatar.save("face.webp", ContentFile(b"KESAR face"), save=True)
    return {"member": guest.pk, "colleague": guest.user_id, "invitation": invitation.pk}


def _archives(cast: Cast) -> dict[str, uuid.UUID]:
    made = {}
    for name, subject in (("archive", "organization"), ("own_archive", "person")):
        whose = {"organization": cast.kesar} if subject == "organization" else {}
        row = DataRequest(kind="export", status="done", subject=subject, user=cast.asha.user, **whose)
        row.due_at, row.file_expires_at = timezone.now(), timezone.now() + dt.timedelta(days=1)
        row.file.save("KESAR.zip", ContentFile(b"KESAR archive"), save=True)
        made[name] = row.pk
    return made


def _content(
    organization: Organization, brand: BrandProfile, client: ClientAccount, cast: Cast
) -> dict[str, uuid.UUID]:
    shared = {"organization": organization, "client": client}
    asset = ContentAsset(
        **shared, kind="image", title="KESAR asset", status="ready", brand=brand, created_by=cast.asha.user
    )
    asset.mime_type = "image/png"
    asset.file.save("a.png", ContentFile(b"KESAR bytes"), save=False)
    asset.thumbnail.save("t.png", ContentFile(b"KESAR still"), save=False)
    asset.save()
    ContentAnalysis.objects.create(organization=organization, asset=asset, summary="KESAR summary", made_by="test")
    said = Transcript.objects.create(
        organization=organization, asset=asset, text="KESAR said so", engine="test", words=[[0, 1, "KESAR", None]]
    )
    frame = PosterFrame(organization=organization, asset=asset, at=0, width=1, height=1)
    frame.image.save("f.jpg", ContentFile(b"KESAR frame"), save=True)
    piece = GeneratedContent.objects.create(
        **shared, asset=asset, platform="bluesky", text="KESAR piece", made_by="test", brand=brand
    )
    PieceVersion.objects.create(organization=organization, piece=piece, number=1, text="KESAR v1", made_by="test")
    PieceVariant.objects.create(
        organization=organization, piece=piece, number=1, angle="short", text="KESAR variant", made_by="test"
    )
    cover = Thumbnail(organization=organization, piece=piece, frame=frame, words="KESAR cover", width=1, height=1)
    cover.style = {"layout": "bar", "colour": "#7a1f1f"}
    cover.image.save("c.jpg", ContentFile(b"KESAR cover"), save=True)
    MediaFix.objects.create(organization=organization, piece=piece, status="failed", error="KESAR fix")
    own = BrandProfile.objects.create(**shared, name="KESAR brand")
    sample = BrandVoiceSample.objects.create(organization=organization, brand=own, text="KESAR said", text_hash="k")
    audience = AudienceProfile.objects.create(organization=organization, brand=own, name="KESAR people")
    upload = Upload.objects.create(
        **shared, user=cast.asha.user, name="KESAR.mp4", length=5, expires_at=timezone.now() + dt.timedelta(days=1)
    )
    notice = Notification.objects.create(
        organization=organization, user=cast.asha.user, kind="content_ready", title="KESAR notice"
    )
    entry = AuditEntry.objects.filter(organization=organization).order_by("sequence")[0]
    found = {"notification": notice.pk, "audit_entry": entry.pk} | {
        "asset": asset.pk,
        "transcript": said.pk,
        "frame": frame.pk,
        "piece": piece.pk,
        "cover": cover.pk,
        "upload": upload.pk,
        "collection": Collection.objects.create(**shared, name="KESAR folder").pk,
    }
    organization.logo.save("logo.webp", ContentFile(b"a logo"), save=True)
    client.contact_name = "KESAR contact"
    client.logo.save("logo.webp", ContentFile(b"KESAR logo"), save=True)
    found |= {"client": client.pk, "brand": own.pk, "sample": sample.pk, "audience": audience.pk}
    return found | _published(organization, client, piece)


def _published(organization: Organization, client: ClientAccount, piece: GeneratedContent) -> dict[str, uuid.UUID]:
    now = timezone.now()
    connection = PlatformConnection.objects.create(
        organization=organization,
        client=client,
        platform="practice",
        account_id="k",
        handle="@KESAR",
        service_url="http://127.0.0.1:9/practice/api",
    )
    post = ScheduledPost.objects.create(
        organization=organization,
        client=client,
        piece=piece,
        piece_version=1,
        connection=connection,
        scheduled_for=now,
        next_try_at=now,
        published_at=now,
        local_time=f"{now:%Y-%m-%dT%H:%M}",
        timezone="UTC",
        status="published",
        text="KESAR post",
    )
    measuring.start(post)
    account = PracticeAccount.objects.create(
        organization=organization, client=client, handle="kesar", display_name="KESAR", token_hash="x" * 64
    )
    media = PracticeMedia(organization=organization, account=account, idempotency_key="m", mime="image/png", size=1)
    media.file.save("m", ContentFile(b"KESAR picture"), save=True)
    practised = PracticePost.objects.create(
        organization=organization, account=account, idempotency_key="p", text="KESAR practice", appeal=1
    )
    return {"connection": connection.pk, "post": post.pk, "practice_media": media.pk, "practice_post": practised.pk}
