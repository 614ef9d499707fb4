"""What happens to originals and pieces when data is taken along, brought, or erased."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.rights.registry import Answer, Fate, Kept
from content import search
from content.models import ContentAsset, Upload

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


def _not_running(status: str) -> str:
    return "cancelled" if status in {"pending", "processing", "waiting", "running"} else status


ANSWERS = (
    Answer(
        "content.ContentAsset",
        organization="organization",
        person="created_by",
        exports="client brand created_by kind title description text original_name size duration mime_type"
        " source_platform source_url status error started_at finished_at media_info waveform language tags is_example"
        " deleted_at",
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
        exports="asset words text language confidence engine note edited_at",
        words="words text",
    ),
    Answer(
        "content.ContentAnalysis",
        organization="organization",
        exports="asset summary topics keywords entities sentiment emotions hooks insights quotes language"
        " language_confidence confidence made_by notes",
        words="summary topics keywords entities hooks insights quotes notes",
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
        exports="client brand asset platform kind title text hashtags call_to_action alt_text thumbnail include_media"
        " language version made_by is_fallback fallback_reason edited_by deleted_at",
        people={"edited_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="title text hashtags call_to_action alt_text",
    ),
    Answer(
        "content.PieceVersion",
        organization="organization",
        person="author",
        exports="piece number title text hashtags call_to_action alt_text note made_by model tokens author",
        people={"author": Fate.POINTS_TO_A_NAMELESS_ROW},
        leaves_out={"steered_by": "keys of voice samples, which are exported themselves"},
        words="title text hashtags call_to_action alt_text note",
    ),
    Answer(
        "content.Upload",
        organization="organization",
        person="user",
        not_exported="a file on its way in; the asset it becomes is exported",
        people={"user": Fate.DELETED},
        also_delete=remove_parts,
    ),
)
