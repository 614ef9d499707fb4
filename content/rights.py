"""What happens to originals and pieces when data is taken along, brought, or erased."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.rights.registry import Answer, Fate, Kept
from content import search
from content.models import ContentAsset, ItemRating, LibraryItem, PublishedItem, Template, Upload

_STATE = "a state of this installation's own work"
_MADE = Kept(
    _("What they made for an organisation: uploads, pieces, posts, brands and their words"),
    _("It belongs to the organisation, which they leave as “former member”."),
    "GDPR Art. 6(1)(b, f) and 17(3)(a): the organisation's own work and expression",
    _("until the organisation deletes it"),
)


def remove_parts(uploads: "QuerySet[Upload]") -> None:
    """Remove what has arrived of unfinished uploads."""
    for upload in uploads.iterator(chunk_size=500):
        upload.path.unlink(missing_ok=True)


def index_again(assets: "QuerySet[ContentAsset]") -> None:
    """Let assets be found by their words."""
    for asset in assets.iterator(chunk_size=500):
        search.index(asset)


def let_go(items: "QuerySet[PublishedItem]") -> None:
    """Let others keep the copies they took of offers that go, and forget the stars they gave."""
    ItemRating.objects.filter(item__in=items).delete()
    LibraryItem.objects.filter(taken_from__in=items).update(taken_from=None)
    Template.objects.filter(taken_from__in=items).update(taken_from=None)


def _not_running(status: str) -> str:
    return "cancelled" if status in {"pending", "processing", "waiting", "queued", "running"} else status


ANSWERS = (
    Answer(
        "content.ContentAsset",
        organization="organization",
        person="created_by",
        exports="client brand created_by kind title description text original_name size duration mime_type"
        " source_platform source_url status error started_at finished_at media_info waveform language tags collection"
        " content_hash words_hash script voice is_example deleted_at taken_down_at",
        files="file thumbnail",
        leaves_out={"search": "made again from the words", "cancel_requested": _STATE},
        on_import={"status": _not_running},
        also_import=index_again,
        people={"created_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="title description text original_name source_url media_info tags",
        kept_of_person=_MADE,
        folder="assets/{organization}",
    ),
    Answer(
        "content.PipelineStep",
        organization="organization",
        exports="asset name position status progress attempts note data error started_at finished_at",
        leaves_out={"lease_until": _STATE, "fence": _STATE},
        on_import={"status": _not_running},
        words="data",
    ),
    Answer(
        "content.PosterFrame",
        organization="organization",
        exports="asset at width height",
        files="image",
    ),
    Answer(
        "content.Transcript",
        organization="organization",
        exports="asset words text language confidence engine note turns marks recognised edited_at",
        words="words text turns recognised",
    ),
    Answer(
        "content.ContentAnalysis",
        organization="organization",
        exports="asset summary topics keywords entities sentiment emotions hooks insights quotes moods virality"
        " repurposing_value seo engagement_potential factors platform_fit language language_confidence confidence"
        " measures made_by notes",
        words="summary topics keywords entities hooks insights quotes moods factors platform_fit notes",
    ),
    Answer(
        "content.TrendMatch",
        organization="organization",
        exports="asset topic score evidence reasons is_used",
        not_imported="matched anew against what rises there",
        words="evidence reasons",
    ),
    Answer(
        "content.GeneratedContent",
        organization="organization",
        person="edited_by",
        exports="client brand asset job script is_main part platform kind title text hashtags call_to_action alt_text"
        " mentions options thumbnail cover category goals target_audience ai_label media_info format edit_tool duration"
        " starts_at ends_at predicted_quality predicted_virality prediction"
        " include_media language version made_by is_fallback fallback_reason edited_by deleted_at",
        files="file",
        leaves_out={"search": "made again from the words"},
        people={"edited_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="title text hashtags call_to_action alt_text mentions options category goals target_audience media_info"
        " prediction",
        folder="pieces/{organization}",
    ),
    Answer(
        "content.PieceVersion",
        organization="organization",
        person="author",
        exports="piece number title text hashtags call_to_action alt_text mentions options note made_by model tokens"
        " author",
        people={"author": Fate.POINTS_TO_A_NAMELESS_ROW},
        leaves_out={"steered_by": "keys of voice samples, which are exported themselves"},
        words="title text hashtags call_to_action alt_text mentions options note",
    ),
    Answer(
        "content.Upload",
        organization="organization",
        person="user",
        not_exported="a file on its way in; the asset it becomes is exported",
        people={"user": Fate.DELETED},
        also_delete=remove_parts,
    ),
    Answer(
        "content.PieceVariant",
        organization="organization",
        exports="piece number angle title text hashtags call_to_action note made_by model is_fallback fallback_reason"
        " predicted_virality taken_at",
        words="title text hashtags call_to_action note",
    ),
    Answer(
        "content.Thumbnail",
        organization="organization",
        exports="piece frame words style width height",
        files="image",
        words="words",
    ),
    Answer(
        "content.MediaFix",
        organization="organization",
        person="asked_by",
        not_exported=_STATE,
        people={"asked_by": Fate.POINTS_TO_NOBODY},
    ),
    Answer("content.Collection", organization="organization", exports="client name", words="name"),
    Answer(
        "content.Prompt",
        organization="organization",
        person="created_by",
        exports="client brand created_by text source topic url hashtag material tags deleted_at",
        on_import={"topic": None},
        people={"created_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="text url hashtag material tags",
    ),
    Answer(
        "content.Script",
        organization="organization",
        person="approved_by",
        exports="prompt title tone language seconds scenes status generated_by version made_by is_fallback"
        " fallback_reason approved_by approved_at",
        people={"approved_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="title scenes",
    ),
    Answer(
        "content.ScriptVersion",
        organization="organization",
        person="author",
        exports="script number title scenes note made_by model tokens author",
        people={"author": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="title scenes note",
    ),
    Answer(
        "content.VoiceClone",
        organization="organization",
        person="created_by",
        exports="client created_by name provider language is_clone person consent_words consented_at revoked_at"
        " problem",
        files="reference consent sample",
        leaves_out={
            "provider_voice": "a name at a provider, which another installation's key cannot use",
            "lease_until": _STATE,
            "fence": _STATE,
        },
        people={"created_by": Fate.POINTS_TO_NOBODY},
        words="name person consent_words",
        folder="voices/{organization}",
    ),
    Answer(
        "content.VoiceOver",
        organization="organization",
        person="asked_by",
        exports="script script_version voice asset asked_by status duration timings characters made_by error",
        files="file",
        leaves_out={"progress": _STATE, "lease_until": _STATE, "fence": _STATE},
        on_import={"status": lambda status: "failed" if status in {"queued", "processing"} else status},
        people={"asked_by": Fate.POINTS_TO_NOBODY},
    ),
    Answer(
        "content.LibraryItem",
        organization="organization",
        person="created_by",
        exports="client created_by kind name body hashtags call_kind platform category language taken_from usage_count"
        " last_used_at performance measured_posts",
        on_import={"taken_from": None},
        people={"created_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="name body hashtags category",
    ),
    Answer("content.LibraryUse", organization="organization", exports="item piece words", words="words"),
    Answer(
        "content.PublishedItem",
        organization="offered_by",
        not_exported="offered to everybody on this installation; the item it was copied from is exported",
        people={"reviewed_by": Fate.POINTS_TO_NOBODY},
        words="name body hashtags category review_note",
        also_delete=let_go,
    ),
    Answer(
        "content.ItemRating",
        organization="organization",
        person="user",
        exports="item user stars",
        not_imported="published items are others there",
        people={"user": Fate.DELETED},
    ),
    Answer(
        "content.FeedbackSignal",
        organization="organization",
        exports="piece platform engagement features choices helped hurt predicted measured_at is_left_out",
    ),
    Answer(
        "content.Calibration",
        organization="organization",
        exports="platform points posts error_before error_after error_usual is_used made_at",
    ),
    Answer(
        "content.Generation",
        organization="organization",
        person="asked_by",
        exports="client asked_by purpose of version about estimated_tokens estimated_credits input_tokens output_tokens"
        " credits tried made_by model prompt is_fallback",
        people={"asked_by": Fate.POINTS_TO_NOBODY},
        words="about",
    ),
    Answer(
        "content.RepurposingStrategy",
        organization="organization",
        person="asked_by",
        exports="asset brand asked_by lines notes made_by",
        people={"asked_by": Fate.POINTS_TO_NOBODY},
        words="lines notes",
    ),
    Answer(
        "content.RepurposingJob",
        organization="organization",
        person="asked_by",
        exports="asset brand script strategy template asked_by kind format platforms config status priority note error"
        " estimated_credits credits_used started_at finished_at",
        leaves_out={"progress": _STATE, "attempts": _STATE, "lease_until": _STATE, "fence": _STATE},
        on_import={"status": _not_running},
        people={"asked_by": Fate.POINTS_TO_NOBODY},
        words="config note",
    ),
    Answer(
        "content.PieceFile",
        organization="organization",
        person="brought_by",
        exports="piece job parent brought_by number slide origin edit_tool media_info recipe report alt_text"
        " is_current",
        files="file poster",
        people={"brought_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="media_info recipe report alt_text",
    ),
    Answer(
        "content.Template",
        organization="organization",
        person="created_by",
        exports="client created_by kind name design media_info formats category taken_from usage_count last_used_at"
        " performance measured_posts",
        files="file preview",
        on_import={"taken_from": None},
        people={"created_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="name design category media_info",
        folder="templates/{organization}",
    ),
    Answer("content.TemplateUse", organization="organization", exports="template piece"),
    Answer(
        "content.BrandTemplate",
        organization="organization",
        exports="brand colour accent ground font logo_corner intro outro caption_style social_layout carousel"
        " image_style",
        files="logo",
    ),
    Answer("content.TagModel", not_exported="learned from public videos; belongs to the installation"),
)
