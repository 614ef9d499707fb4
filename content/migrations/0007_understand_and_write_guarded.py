"""What understanding and writing own: each with its client, and no parent in another organisation."""

from django.db import migrations

from accounts.guarding import guard, own, referable, same_organization, through
from accounts.tenancy import isolate

CLIENT, BRAND = "accounts_clientaccount", "accounts_brandprofile"
ASSET, FRAME, PIECE = "content_contentasset", "content_posterframe", "content_generatedcontent"
FOLDER, PROMPT, SCRIPT, SAID = "content_collection", "content_prompt", "content_script", "content_scriptversion"
VOICE, SPOKEN = "content_voiceclone", "content_voiceover"
ITEM, USE, RATING = "content_libraryitem", "content_libraryuse", "content_itemrating"
VARIANT, COVER, FIX, SIGNAL = (
    "content_piecevariant", "content_thumbnail", "content_mediafix", "content_feedbacksignal",
)  # fmt: skip
CALIBRATION, ASKING = "content_calibration", "content_generation"
OF_PIECE = [VARIANT, COVER, FIX, SIGNAL]
WITH_CLIENT = [FOLDER, PROMPT, VOICE, ITEM, ASKING]
HOUSE_ONLY = [RATING, CALIBRATION]


class Migration(migrations.Migration):
    dependencies = [("content", "0006_understand_and_write")]

    operations = [
        *[isolate(table, client=True) for table in WITH_CLIENT],
        *[isolate(table) for table in [SCRIPT, SAID, SPOKEN, USE, *HOUSE_ONLY, *OF_PIECE]],
        *referable(FOLDER, PROMPT, SCRIPT, VOICE, ITEM, COVER),
        *[guard(table, own()) for table in WITH_CLIENT],
        *[guard(table, "false") for table in HOUSE_ONLY],
        *[guard(table, through(table, "piece_id", PIECE)) for table in OF_PIECE],
        guard(SCRIPT, through(SCRIPT, "prompt_id", PROMPT)),
        guard(SAID, through(SAID, "script_id", SCRIPT)),
        guard(SPOKEN, through(SPOKEN, "script_id", SCRIPT)),
        guard(USE, through(USE, "item_id", ITEM)),
        *[step for table in WITH_CLIENT for step in same_organization(table, [("client_id", CLIENT)])],
        *[step for table in OF_PIECE for step in same_organization(table, [("piece_id", PIECE)])],
        *same_organization(ASSET, [("collection_id", FOLDER), ("script_id", SCRIPT)]),
        *same_organization(PIECE, [("cover_id", COVER)]),
        *same_organization(COVER, [("frame_id", FRAME)]),
        *same_organization(PROMPT, [("brand_id", BRAND)]),
        *same_organization(SCRIPT, [("prompt_id", PROMPT)]),
        *same_organization(SAID, [("script_id", SCRIPT)]),
        *same_organization(SPOKEN, [("script_id", SCRIPT), ("voice_id", VOICE)]),
        *same_organization(USE, [("item_id", ITEM), ("piece_id", PIECE)]),
    ]
