"""The search keeps to the client, too, is asked by the app alone, and no number finds the organisation's own mark.

The mark among the words was the bare identifier, so that a begun word ("01") met it in every text. It now begins with
a sign that no word of a question begins with.
"""

from django.db import migrations

ASSET, PIECE = "content_contentasset", "content_generatedcontent"

MARK = [
    f"""CREATE OR REPLACE FUNCTION {ASSET}_mark() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        NEW.search := ts_delete(NEW.search, NEW.organization_id::text)
            || array_to_tsvector(ARRAY['@' || NEW.organization_id::text]);
        RETURN NEW;
    END $$""",
    f"""CREATE OR REPLACE FUNCTION {PIECE}_words() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE config regconfig := CASE WHEN NEW.language LIKE 'en%' OR NEW.language = '' THEN 'english' ELSE 'simple' END;
    BEGIN
        NEW.search := setweight(to_tsvector(config, NEW.title), 'A')
            || setweight(to_tsvector('simple', array_to_string(NEW.hashtags || NEW.mentions, ' ')), 'B')
            || setweight(to_tsvector(config, left(NEW.text, 300000) || ' ' || NEW.call_to_action), 'C')
            || array_to_tsvector(ARRAY['@' || NEW.organization_id::text]);
        RETURN NEW;
    END $$""",
]
FILL = [
    "SELECT set_config('app.operator', 'on', true)",
    "UPDATE content_contentasset SET search = search WHERE search IS NOT NULL",
    "UPDATE content_generatedcontent SET search = search",
    "SELECT set_config('app.operator', '', true)",
    "SET CONSTRAINTS ALL IMMEDIATE",
]
FIND = """CREATE OR REPLACE FUNCTION content_found(asked tsquery) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off
ROWS 200 AS $$
DECLARE
    everywhere boolean := current_setting('app.operator', true) = 'on';
    mine uuid := NULLIF(current_setting('app.organization', true), '')::uuid;
    its uuid := NULLIF(current_setting('app.client', true), '')::uuid;
BEGIN
    IF everywhere THEN
        RETURN QUERY SELECT id FROM content_contentasset WHERE search @@ asked
            UNION SELECT asset_id FROM content_generatedcontent WHERE search @@ asked AND deleted_at IS NULL;
    ELSIF mine IS NOT NULL THEN
        asked := asked && quote_literal('@' || mine)::tsquery;
        RETURN QUERY SELECT id FROM content_contentasset
            WHERE search @@ asked AND organization_id = mine AND (its IS NULL OR client_id = its)
            UNION SELECT asset_id FROM content_generatedcontent
            WHERE search @@ asked AND organization_id = mine AND (its IS NULL OR client_id = its)
            AND deleted_at IS NULL;
    END IF;
END $$"""
ASK = "REVOKE EXECUTE ON FUNCTION content_found(tsquery) FROM PUBLIC"
ASKED_BY_ALL = "GRANT EXECUTE ON FUNCTION content_found(tsquery) TO PUBLIC"


class Migration(migrations.Migration):
    dependencies = [("content", "0021_one_becomes_many_guarded")]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL([FIND, ASK], ASKED_BY_ALL),
    ]
