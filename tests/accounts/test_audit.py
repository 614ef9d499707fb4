"""The audit log: what cannot be done to it, what is found when it was done all the same, and its pages."""

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Callable
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions, audit, audit_pages, tenancy, verifying
from accounts.models import AuditCheck, AuditEntry, AuditHead, Membership, User
from tests.cast import Cast, gather

LOG = "/organisation/audit/"


def add(
    cast: Cast, count: int = 1, *, action: str = "brand.changed", by: Membership | None = None, **told: Any
) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        for number in range(count):
            audit.record(action, cast.brand, organization_id=cast.kesar.pk, by=by or cast.asha, number=number, **told)


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def fault(cast: Cast) -> str | None:
    with tenancy.of_organization(cast.kesar.pk):
        return audit.first_fault(cast.kesar.pk)


# What the database refuses the app


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET action = 'x'",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
        "UPDATE accounts_audithead SET sequence = 1",
        "UPDATE accounts_audithead SET hash = repeat('a', 64), sequence = sequence + 1",
        "DELETE FROM accounts_audithead",
        "TRUNCATE accounts_audithead",
        "INSERT INTO accounts_audithead SELECT organization_id, 99, hash, at FROM accounts_audithead LIMIT 1",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER advance_head",
        "DROP TRIGGER append_only ON accounts_auditentry",
        "SELECT accounts_audithead_advance()",
    ],
)
def test_the_apps_role_can_neither_change_the_log_nor_its_head(cast: Cast, statement: str) -> None:
    with (
        pytest.raises((InternalError, ProgrammingError, DatabaseError)),
        tenancy.operator(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert fault(cast) is None


def copy_of_last(cast: Cast, **changes: Any) -> AuditEntry:
    last = AuditEntry.objects.filter(organization=cast.kesar).order_by("-sequence")[0]
    values = {field.attname: getattr(last, field.attname) for field in AuditEntry._meta.fields if field.name != "id"}
    return AuditEntry(**(values | changes))


def test_an_entry_that_does_not_follow_the_last_is_refused(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        head = AuditHead.objects.get()
        for wrong in (
            {"sequence": head.sequence + 1},
            {"sequence": head.sequence + 2, "previous_hash": head.hash},
            {"sequence": 1, "previous_hash": audit.FIRST},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                copy_of_last(cast, **wrong).save(force_insert=True)
    assert fault(cast) is None


def test_recording_reads_the_head_and_nothing_of_the_log(cast: Cast) -> None:
    add(cast, 20)
    with CaptureQueriesContext(connection) as asked:
        add(cast, 1)
    read = [one["sql"] for one in asked if one["sql"].startswith("SELECT") and "audit" in one["sql"]]
    assert [sql for sql in read if 'FROM "accounts_auditentry"' in sql] == []
    assert len(read) == 2


def test_time_only_grows_along_a_chain_even_where_the_clock_goes_back(cast: Cast, monkeypatch: Any) -> None:
    add(cast)
    past = timezone.now() - dt.timedelta(hours=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: past)
    add(cast)
    with tenancy.of_organization(cast.kesar.pk):
        times = list(AuditEntry.objects.order_by("sequence").values_list("at", flat=True))
    assert times == sorted(times)


# What is found when somebody owns the database


def behind_the_back(*statements: str) -> None:
    """Do what only the tables' owner can, with every trigger off."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        owner.execute("SELECT set_config('app.operator', 'on', true)")
        for table in ("accounts_auditentry", "accounts_audithead"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            owner.execute(statement)
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("accounts_auditentry", "accounts_audithead"):
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


OF_KESAR = "organization_id = (SELECT id FROM accounts_organization WHERE name = 'Kesar Naturals')"
E = "accounts_auditentry"
TAMPERING = {
    "changed": [f"UPDATE {E} SET metadata = '{{\"number\": 7}}' WHERE sequence = 4 AND {OF_KESAR}"],
    "actor changed": [f"UPDATE {E} SET actor_id = NULL WHERE sequence = 4 AND {OF_KESAR}"],
    "time changed": [f"UPDATE {E} SET at = at - interval '1 day' WHERE sequence = 4 AND {OF_KESAR}"],
    "address changed": [f"UPDATE {E} SET ip = '203.0.113.9' WHERE sequence = 4 AND {OF_KESAR}"],
    "deleted": [f"DELETE FROM {E} WHERE sequence = 4 AND {OF_KESAR}"],
    "first deleted": [f"DELETE FROM {E} WHERE sequence = 1 AND {OF_KESAR}"],
    "reordered": [
        f"UPDATE {E} SET sequence = 100 WHERE sequence = 4 AND {OF_KESAR}",
        f"UPDATE {E} SET sequence = 4 WHERE sequence = 5 AND {OF_KESAR}",
        f"UPDATE {E} SET sequence = 5 WHERE sequence = 100 AND {OF_KESAR}",
    ],
    "last deleted": [f"DELETE FROM {E} WHERE sequence = 8 AND {OF_KESAR}"],
    "last three deleted": [f"DELETE FROM {E} WHERE sequence > 5 AND {OF_KESAR}"],
    "all deleted": [f"DELETE FROM {E} WHERE {OF_KESAR}"],
    "inserted behind the end": [
        (
            f"INSERT INTO {E} (id, organization_id, sequence, at, actor_name, action, resource_type, resource_id,"
            " resource_name, user_agent, metadata, salts, seals, previous_hash, hash)"
            " SELECT gen_random_uuid(), organization_id, 9, at, actor_name, action, resource_type, resource_id,"
            f" resource_name, user_agent, metadata, salts, seals, hash, hash FROM {E} WHERE sequence = 8 AND {OF_KESAR}"
        )
    ],
    "head gone": [f"DELETE FROM accounts_audithead WHERE {OF_KESAR}"],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", list(TAMPERING))
def test_tampering_is_found_and_the_command_fails(way: str) -> None:
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        add(cast, 8 - AuditEntry.objects.count())
    call_command("verify_audit", stdout=StringIO())
    behind_the_back(*TAMPERING[way])
    told = StringIO()
    with pytest.raises(CommandError, match="1 of 2 chains do not hold"):
        call_command("verify_audit", stdout=told)
    assert "kesar-naturals: entr" in told.getvalue()
    assert "lisbon-rooftops: holds up to entry" in told.getvalue()
    with tenancy.of_organization(cast.kesar.pk):
        assert "entry" in AuditCheck.objects.get().fault
    page = signed_in(cast.asha).get(LOG).content.decode()
    assert "The log does not hold:" in page


@pytest.mark.django_db(transaction=True)
def test_a_chain_rewritten_with_its_head_is_found_by_what_was_anchored_outside() -> None:
    cast = gather()
    add(cast, 3)
    verifying.verify_all()
    behind_the_back(
        f"DELETE FROM {E} WHERE sequence > 2 AND {OF_KESAR}",
        f"UPDATE accounts_audithead SET sequence = 2, hash = (SELECT hash FROM {E} WHERE sequence = 2 AND {OF_KESAR})"
        f" WHERE {OF_KESAR}",
    )
    assert fault(cast) is None, "the database alone cannot know"
    verdicts = {verdict.organization.slug: verdict.fault for verdict in verifying.verify_all()}
    assert "anchored outside the database" in (verdicts["kesar-naturals"] or "")
    assert verdicts["lisbon-rooftops"] is None


def test_anchors_are_files_with_the_end_of_each_chain(cast: Cast) -> None:
    add(cast, 3)
    verifying.verify_all(dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    (name,) = default_storage.listdir(verifying.FOLDER)[1]
    assert name == "2026-11-21.json"
    with tenancy.of_organization(cast.kesar.pk):
        head = AuditHead.objects.get()
    with default_storage.open(f"{verifying.FOLDER}/{name}") as file:
        assert json.load(file)[str(cast.kesar.pk)] == [head.sequence, head.hash]


def test_one_organisation_alone_can_be_verified(cast: Cast) -> None:
    told = StringIO()
    call_command("verify_audit", "kesar-naturals", stdout=told)
    assert told.getvalue().count("holds") == 1
    with pytest.raises(CommandError, match="No such organisation: nowhere"):
        call_command("verify_audit", "nowhere", stdout=told)


def test_the_page_shows_how_far_the_chain_was_verified(cast: Cast) -> None:
    client = signed_in(cast.asha)
    assert "verified every night" in client.get(LOG).content.decode()
    verifying.verify_all()
    with tenancy.of_organization(cast.kesar.pk):
        sequence = AuditCheck.objects.get().sequence
    assert f"Chain verified up to #{sequence}" in client.get(LOG).content.decode()


# Pages


def sequences(answer: Any) -> list[int]:
    return [entry.sequence for entry, _sentence in answer.context["rows"]]


def test_pages_hold_every_entry_once(cast: Cast) -> None:
    add(cast, 120)
    client, seen, query = signed_in(cast.asha), [], ""
    while True:
        answer = client.get(LOG + query)
        seen += sequences(answer)
        if not answer.context["more"]:
            break
        query = f"?before={answer.context['more']}"
    assert seen == sorted(set(seen), reverse=True)
    assert seen[-1] == 1
    assert len(seen) == seen[0]


@pytest.mark.parametrize("query", ["?before=x", "?before=-1", "?before=٣", "?before=99999999999999999999", "?before=0"])
def test_an_address_made_up_does_no_harm(cast: Cast, query: str) -> None:
    assert signed_in(cast.asha).get(LOG + query).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?person=x", "?action=x", "?action=area:99", "?kind='", "?since=x", "?since=0001-01-01", "?until=9999-12-31",
        "?q=%00", "?since=9999-12-31", "?q=" + "x" * 300, "?until=0001-01-01",
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_not_asked(cast: Cast, query: str) -> None:
    assert signed_in(cast.asha).get(LOG + query).status_code == 200


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """A log with things to filter."""
    token = audit.origin.set(audit.Origin("203.0.113.7", "Firefox"))
    add(cast, 2, action="asset.uploaded", by=cast.ben)
    audit.origin.reset(token)
    add(cast, 1, action="connection.made", platform="bluesky", handle="@kesar")
    return cast


FILTERS: dict[str, Callable[[Cast], str]] = {
    "person": lambda cast: f"person={cast.ben.user_id}",
    "action": lambda _cast: "action=asset.uploaded",
    "area": lambda _cast: f"action=area:{[str(a.label) for a in actions.AREAS].index('Assets')}",
    "a name": lambda _cast: "q=ben+thomas",
    "an address": lambda _cast: "q=203.0.113.7",
    "both": lambda cast: f"person={cast.ben.user_id}&action=asset.uploaded",
}


@pytest.mark.parametrize("which", list(FILTERS))
def test_filters_find_what_they_name_and_nothing_else(busy: Cast, which: str) -> None:
    rows = signed_in(busy.asha).get(f"{LOG}?{FILTERS[which](busy)}").context["rows"]
    assert [(entry.action, entry.actor_name) for entry, _sentence in rows] == [("asset.uploaded", "Ben Thomas")] * 2


def test_days_are_the_readers_own(cast: Cast) -> None:
    client = signed_in(cast.asha)
    whole = sequences(client.get(LOG))
    local = timezone.localdate(timezone=ZoneInfo("Asia/Kolkata"))
    assert sequences(client.get(f"{LOG}?since={local}&until={local}")) == whole
    assert sequences(client.get(f"{LOG}?since={local + dt.timedelta(days=1)}")) == []
    assert sequences(client.get(f"{LOG}?until={local - dt.timedelta(days=1)}")) == []


def test_a_search_for_words_goes_on_span_by_span(cast: Cast, monkeypatch: Any) -> None:
    add(cast, 1, action="asset.uploaded", by=cast.ben)
    add(cast, 40)
    monkeypatch.setattr(audit_pages, "SPAN", 25)
    client = signed_in(cast.asha)
    first = client.get(f"{LOG}?q=Ben")
    assert sequences(first) == []
    assert "Look further back" in first.content.decode()
    second = client.get(f"{LOG}?q=Ben&before={first.context['more']}")
    assert len(sequences(second)) == 1
    assert second.context["more"] is None


def test_the_page_asks_as_much_for_thirty_as_for_three(cast: Cast) -> None:
    client, counts = signed_in(cast.asha), []
    client.get(LOG)
    for more in (3, 27):
        add(cast, more)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{LOG}?q=kesar")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


def test_every_filter_is_answered_by_an_index(cast: Cast) -> None:
    with tenancy.of_member(cast.asha), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        for where in ("actor_id = %s", "action = 'x'", "resource_type = 'x'"):
            values = [str(cast.asha.user_id)] if "%s" in where else []
            cursor.execute(
                f"EXPLAIN SELECT * FROM accounts_auditentry WHERE organization_id = %s AND {where}"
                " ORDER BY sequence DESC LIMIT 51",
                [str(cast.kesar.pk), *values],
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Index Scan" in plan, plan
            assert "Sort" not in plan, plan


# One entry


def test_an_entry_tells_what_changed_and_its_place_in_the_chain(cast: Cast) -> None:
    add(cast, changes={"tone": ["casual", "hinglish"]}, note="said so")
    with tenancy.of_member(cast.asha):
        entry = AuditEntry.objects.order_by("-sequence")[0]
    page = signed_in(cast.asha).get(f"{LOG}{entry.pk}/").content.decode()
    for words in ("<del>casual</del>", "<ins>hinglish</ins>", "said so", entry.hash, entry.previous_hash):
        assert words in page


def test_a_form_tells_its_changes_without_secrets(cast: Cast) -> None:
    client = signed_in(cast.asha)
    sent = {"name": "Kesar", "tone": "hinglish", "country": "IN", "language": "en", "keywords": "aqi"}
    client.post("/brand/", sent)
    with tenancy.of_member(cast.asha):
        entry = AuditEntry.objects.filter(action__startswith="brand.").order_by("-sequence")[0]
    assert actions.SENTENCES[entry.action]


def test_sentences_tell_who_did_what_to_what(busy: Cast) -> None:
    page = signed_in(busy.asha).get(LOG).content.decode()
    assert "<b>Asha Menon</b> connected <b>@kesar</b> on <b>Bluesky</b>" in page
    assert "<b>Ben Thomas</b> uploaded <b>Kesar Naturals</b>" in page


def test_names_with_markup_stay_words(cast: Cast) -> None:
    User.objects.filter(pk=cast.ben.user_id).update(full_name="<script>alert(1)</script>")
    cast.ben.user.refresh_from_db()
    add(cast, 1, action="connection.made", by=cast.ben, platform="<b>", handle="<img>")
    page = signed_in(cast.asha).get(LOG).content.decode()
    assert "<script>alert" not in page
    assert "<img>" not in page


def test_an_action_nobody_knows_any_more_is_told_by_its_name(cast: Cast) -> None:
    add(cast, 1, action="moon.reached")
    assert "moon reached" in signed_in(cast.asha).get(LOG).content.decode()


# CSV


def lines_of(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{LOG}csv/{query}")
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_holds_the_whole_log_and_that_it_was_taken_is_in_it(cast: Cast) -> None:
    add(cast, audit_pages.CHUNK + 30)
    client = signed_in(cast.asha)
    found = lines_of(client)
    numbers = [int(line["entry"]) for line in found]
    assert numbers == list(range(numbers[0], 0, -1))
    assert len(numbers) > audit_pages.CHUNK
    with tenancy.of_member(cast.asha):
        last = AuditEntry.objects.order_by("-sequence")[0]
    assert (last.action, last.actor_id, last.sequence) == ("audit.exported", cast.asha.user_id, numbers[0] + 1)


def test_csv_honours_the_filters(busy: Cast) -> None:
    found = lines_of(signed_in(busy.asha), "?action=asset.uploaded")
    assert {line["action"] for line in found} == {"asset.uploaded"}
    assert found[0]["sentence"] == "Ben Thomas uploaded Kesar Naturals"
    with tenancy.of_member(busy.asha):
        taken = AuditEntry.objects.get(action="audit.exported")
    assert taken.metadata["filters"] == {"action": "asset.uploaded"}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1+1"])
def test_no_cell_of_it_is_a_formula(cast: Cast, cell: str) -> None:
    User.objects.filter(pk=cast.ben.user_id).update(full_name=cell)
    cast.ben.user.refresh_from_db()
    add(cast, 1, by=cast.ben)
    line = lines_of(signed_in(cast.asha))[0]
    assert line["who"].startswith("'")
    assert line["sentence"].startswith("'")


def test_csv_holds_nothing_of_others(cast: Cast) -> None:
    add(cast, 3)
    assert all(line["name"] != "Kesar Naturals" for line in lines_of(signed_in(cast.dev)))
