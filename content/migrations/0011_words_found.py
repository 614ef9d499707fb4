"""Words are found by the index, in assets and in pieces; the same words are known again.

PostgreSQL uses an index only behind the rules of row-level security, so a search would read every text of an
organisation. `content_found` runs as the tables' owner, looks into the index, keeps to the organisation itself, and
returns keys alone: what is read by them goes through the rules as ever. The organisation stands among the words, so
that the index itself leaves the others' texts out.
"""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ASSET, PIECE = "content_contentasset", "content_generatedcontent"

MARK = [
    f"""CREATE FUNCTION {ASSET}_mark() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        NEW.search := NEW.search || array_to_tsvector(ARRAY[NEW.organization_id::text]);
        RETURN NEW;
    END $$""",
    f"""CREATE TRIGGER mark BEFORE INSERT OR UPDATE OF search, organization_id ON {ASSET}
    FOR EACH ROW WHEN (NEW.search IS NOT NULL) EXECUTE FUNCTION {ASSET}_mark()""",
    f"""CREATE FUNCTION {PIECE}_words() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE config regconfig := CASE WHEN NEW.language LIKE 'en%' OR NEW.language = '' THEN 'english' ELSE 'simple' END;
    BEGIN
        NEW.search := setweight(to_tsvector(config, NEW.title), 'A')
            || setweight(to_tsvector('simple', array_to_string(NEW.hashtags || NEW.mentions, ' ')), 'B')
            || setweight(to_tsvector(config, left(NEW.text, 300000) || ' ' || NEW.call_to_action), 'C')
            || array_to_tsvector(ARRAY[NEW.organization_id::text]);
        RETURN NEW;
    END $$""",
    f"""CREATE TRIGGER words BEFORE INSERT OR UPDATE OF
    title, text, hashtags, mentions, call_to_action, language, search, organization_id ON {PIECE}
    FOR EACH ROW EXECUTE FUNCTION {PIECE}_words()""",
]
UNMARK = [
    f"DROP TRIGGER words ON {PIECE}",
    f"DROP FUNCTION {PIECE}_words()",
    f"DROP TRIGGER mark ON {ASSET}",
    f"DROP FUNCTION {ASSET}_mark()",
]
FILL = [
    "SELECT set_config('app.operator', 'on', true)",
    "UPDATE content_contentasset SET search = search WHERE search IS NOT NULL",
    "UPDATE content_generatedcontent SET search = search",
    "SELECT set_config('app.operator', '', true)",
    "SET CONSTRAINTS ALL IMMEDIATE",
]
FIND = """CREATE FUNCTION content_found(asked tsquery) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
ROWS 200 AS $$
DECLARE
    everywhere boolean := current_setting('app.operator', true) = 'on';
    mine uuid := NULLIF(current_setting('app.organization', true), '')::uuid;
BEGIN
    IF everywhere THEN
        RETURN QUERY SELECT id FROM content_contentasset WHERE search @@ asked
            UNION SELECT asset_id FROM content_generatedcontent WHERE search @@ asked AND deleted_at IS NULL;
    ELSIF mine IS NOT NULL THEN
        asked := asked && quote_literal(mine)::tsquery;
        RETURN QUERY SELECT id FROM content_contentasset WHERE search @@ asked AND organization_id = mine
            UNION SELECT asset_id FROM content_generatedcontent
            WHERE search @@ asked AND organization_id = mine AND deleted_at IS NULL;
    END IF;
END $$"""


def let_owner_find(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Show the owner, as whom the search runs, every row; where the app works as the owner, the rules hold for it."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == settings.DATABASE_APP_ROLE:
            return
        for table in (ASSET, PIECE):
            cursor.execute(f"CREATE POLICY found ON {table} FOR SELECT TO CURRENT_USER USING (true)")


def let_nobody_find(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the owner's sight away again."""
    with editor.connection.cursor() as cursor:
        for table in (ASSET, PIECE):
            cursor.execute(f"DROP POLICY IF EXISTS found ON {table}")


class Migration(migrations.Migration):
    dependencies = [("content", "0009_fixes_keep_their_file")]

    operations = [
        migrations.AlterField(
            "contentasset",
            "content_hash",
            models.CharField(blank=True, help_text="SHA-256 of the file's bytes", max_length=64),
        ),
        migrations.AddField(
            "contentasset",
            "words_hash",
            models.CharField(blank=True, default="", help_text="SHA-256 of the text's words", max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "contentasset",
            models.Index(
                condition=models.Q(("words_hash", ""), _negated=True),
                fields=["organization", "words_hash"],
                name="asset_same_words",
            ),
        ),
        migrations.RunSQL(MARK, UNMARK),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FIND, "DROP FUNCTION content_found(tsquery)"),
        migrations.RunPython(let_owner_find, let_nobody_find),
    ]
