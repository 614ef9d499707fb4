"""Clients are kept apart in every table of content, and no row has a parent in another organisation."""

from django.db import migrations

from accounts.guarding import all_of, guard, or_none, own, referable, same_organization, through

CLIENT, BRAND = "accounts_clientaccount", "accounts_brandprofile"
ASSET, FRAME, PIECE = "content_contentasset", "content_posterframe", "content_generatedcontent"
OF_ASSET = [
    "content_pipelinestep", FRAME, "content_transcript", "content_contentanalysis", "content_trendmatch",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("content", "0003_step_data"), ("accounts", "0008_clients_guarded")]

    operations = [
        *referable(ASSET, FRAME, PIECE),
        guard(ASSET, own(), check=or_none(ASSET, "brand_id", BRAND)),
        *[guard(table, through(table, "asset_id", ASSET)) for table in OF_ASSET],
        guard(PIECE, own(), check=all_of(through(PIECE, "asset_id", ASSET), or_none(PIECE, "brand_id", BRAND))),
        guard("content_pieceversion", through("content_pieceversion", "piece_id", PIECE)),
        guard(
            "content_upload",
            own(),
            check=all_of(or_none("content_upload", "brand_id", BRAND), or_none("content_upload", "asset_id", ASSET)),
        ),
        *same_organization(ASSET, [("client_id", CLIENT), ("brand_id", BRAND)]),
        *[step for table in OF_ASSET for step in same_organization(table, [("asset_id", ASSET)])],
        *same_organization(
            PIECE, [("client_id", CLIENT), ("brand_id", BRAND), ("asset_id", ASSET), ("thumbnail_id", FRAME)]
        ),
        *same_organization("content_pieceversion", [("piece_id", PIECE)]),
        *same_organization("content_upload", [("client_id", CLIENT), ("brand_id", BRAND), ("asset_id", ASSET)]),
    ]
