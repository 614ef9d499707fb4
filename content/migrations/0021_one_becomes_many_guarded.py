"""Plans, jobs, files and templates: each with its client, and no parent in another organisation."""

from django.db import migrations

from accounts.guarding import guard, own, referable, same_organization, through
from accounts.tenancy import isolate

CLIENT, BRAND = "accounts_clientaccount", "accounts_brandprofile"
ASSET, PIECE, SCRIPT = "content_contentasset", "content_generatedcontent", "content_script"
PLAN, JOB, FILE = "content_repurposingstrategy", "content_repurposingjob", "content_piecefile"
TEMPLATE, USE, LOOK = "content_template", "content_templateuse", "content_brandtemplate"
TEMPLATES_OF_A_LOOK = ["intro_id", "outro_id", "caption_style_id", "social_layout_id", "carousel_id", "image_style_id"]


class Migration(migrations.Migration):
    dependencies = [("content", "0020_one_becomes_many")]

    operations = [
        isolate(TEMPLATE, client=True),
        *[isolate(table) for table in [PLAN, JOB, FILE, USE, LOOK]],
        *referable(PLAN, JOB, FILE, TEMPLATE),
        guard(TEMPLATE, own()),
        *[guard(table, through(table, "asset_id", ASSET)) for table in [PLAN, JOB]],
        guard(FILE, through(FILE, "piece_id", PIECE)),
        guard(USE, through(USE, "template_id", TEMPLATE)),
        guard(LOOK, through(LOOK, "brand_id", BRAND)),
        *same_organization(TEMPLATE, [("client_id", CLIENT)]),
        *same_organization(PLAN, [("asset_id", ASSET), ("brand_id", BRAND)]),
        *same_organization(
            JOB,
            [
                ("asset_id", ASSET), ("brand_id", BRAND), ("script_id", SCRIPT), ("strategy_id", PLAN),
                ("template_id", TEMPLATE),
            ],
        ),
        *same_organization(FILE, [("piece_id", PIECE), ("job_id", JOB), ("parent_id", FILE)]),
        *same_organization(PIECE, [("job_id", JOB), ("script_id", SCRIPT)]),
        *same_organization(USE, [("template_id", TEMPLATE), ("piece_id", PIECE)]),
        *same_organization(LOOK, [("brand_id", BRAND), *((column, TEMPLATE) for column in TEMPLATES_OF_A_LOOK)]),
    ]  # fmt: skip
