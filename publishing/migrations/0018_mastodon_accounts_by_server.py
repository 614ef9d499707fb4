"""Servers of Mastodon number their accounts each from one: the number goes with its server's name."""

from django.db import migrations

# Those posted to by hand and those that were erased have names of our own already (`by_hand:…`, `erased:…`).
NUMBERED = "platform = 'mastodon' AND kind <> 'by_hand' AND account_id !~ '[@:]'"
SERVER = "rtrim(split_part(coalesce(nullif(extra->>'instance', ''), service_url), '://', 2), '/')"
ADD = f"""
    UPDATE publishing_platformconnection SET account_id = account_id || '@' || {SERVER}
    WHERE {NUMBERED} AND {SERVER} <> ''"""  # noqa: S608 (nothing of it comes from outside)
TAKE = """
    UPDATE publishing_platformconnection SET account_id = split_part(account_id, '@', 1)
    WHERE platform = 'mastodon' AND kind <> 'by_hand'"""
BEGIN = "SELECT set_config('app.operator', 'on', true)"
END = ("SELECT set_config('app.operator', '', true)", "SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("publishing", "0017_one_living_connection_per_account")]

    operations = [migrations.RunSQL([BEGIN, ADD, *END], [BEGIN, TAKE, *END])]
