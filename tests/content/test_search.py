"""Searching the library: everything said, written, or made of an asset; the index behind row-level security."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from content import search
from content.models import ContentAsset, GeneratedContent
from tests.cast import Cast
from tests.content.test_library import make, signed_in, titles


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def test_best_fit_puts_the_title_before_the_text_and_turns_pages(cast: Cast, ben: Client) -> None:
    for number in range(30):
        make(cast, f"Film {number}", text="Saffron is pressed at four. " * (number % 3 + 1), kind="blog")
    make(cast, "Saffron at dawn")
    first = ben.get("/library/", {"q": "saffron", "sort": "best"})
    assert first.context["cards"][0].asset.title == "Saffron at dawn"
    second = ben.get(first.context["next_url"])
    seen = {card.asset.pk for answer in (first, second) for card in answer.context["cards"]}
    assert len(seen) == 31


def test_words_are_found_where_they_are_said_with_their_second(cast: Cast, ben: Client) -> None:
    make(cast, "Skin", words="First the oil then ceramides while damp and a film of ceramide at night")
    make(cast, "Hair", words="Only patience")
    answer = ben.get("/library/", {"q": "ceramides"})
    (card,) = answer.context["cards"]
    assert (card.asset.title, card.hit_at, card.hits) == ("Skin", 4.0, 2)
    assert "<mark>ceramides</mark>" in card.hit
    assert "1 asset says “ceramides”, 2 times in all." in answer.content.decode()


def test_a_written_text_is_found_with_its_passage(cast: Cast, ben: Client) -> None:
    make(cast, "Lab sheet", kind="blog", text="The batch holds <b>niacinamide</b> and ceramides at 0.4 per cent.")
    (card,) = ben.get("/library/", {"q": "ceramides"}).context["cards"]
    assert "<mark>ceramides</mark>" in card.hit
    assert "<b>" not in card.hit


def piece_of(asset: ContentAsset, text: str, **given: Any) -> GeneratedContent:
    with tenancy.of_organization(asset.organization_id):
        values = {"platform": "instagram", "made_by": "test"} | given
        return GeneratedContent.objects.create(organization_id=asset.organization_id, asset=asset, text=text, **values)


def test_words_of_a_piece_lead_to_the_piece(cast: Cast, ben: Client) -> None:
    asset = make(cast, "Skin", words="only patience")
    piece = piece_of(asset, "Three ways to <b>layer</b> niacinamide", hashtags=["barrierfirst"])
    (card,) = ben.get("/library/", {"q": "niacinamide"}).context["cards"]
    assert (card.hit_url, card.hit_platform) == (f"/studio/{asset.pk}/?piece={piece.pk}", "Instagram")
    assert "<mark>niacinamide</mark>" in card.hit
    assert "<b>" not in card.hit
    assert titles(ben, q="#barrierfirst") == ["Skin"]


def test_a_piece_is_found_by_what_it_says_now_and_not_once_it_is_deleted(cast: Cast, ben: Client) -> None:
    piece = piece_of(make(cast, "Skin"), "niacinamide first")
    with tenancy.of_organization(cast.kesar.pk):
        GeneratedContent.objects.filter(pk=piece.pk).update(text="retinol later")
    assert (titles(ben, q="niacinamide"), titles(ben, q="retinol")) == ([], ["Skin"])
    with tenancy.of_organization(cast.kesar.pk):
        GeneratedContent.objects.filter(pk=piece.pk).update(deleted_at=timezone.now())
    assert titles(ben, q="retinol") == []


def test_words_of_the_original_come_before_those_of_its_pieces(cast: Cast, ben: Client) -> None:
    asset = make(cast, "Lab sheet", kind="blog", text="The batch holds ceramides at 0.4 per cent.")
    piece_of(asset, "ceramides, explained")
    (card,) = ben.get("/library/", {"q": "ceramides"}).context["cards"]
    assert card.hit_url == ""
    assert "batch holds <mark>ceramides</mark> at" in card.hit


def test_a_description_is_shown_where_it_says_the_words(cast: Cast, ben: Client) -> None:
    make(cast, "IMG 0042", description="Kumkumadi being pressed by hand")
    (card,) = ben.get("/library/", {"q": "pressed"}).context["cards"]
    assert "<mark>pressed</mark>" in card.hit


def test_a_word_begun_in_hindi_finds_what_was_said(cast: Cast, ben: Client) -> None:
    make(cast, "Monsoon", words="बारिश में त्वचा की देखभाल")
    make(cast, "Chai", words="चाय और बातें")
    for begun in ("देख", "त्वचा", "देखभाल", "त्वचा देखभा"):
        assert titles(ben, q=begun) == ["Monsoon"], begun


@pytest.mark.parametrize("nothing", ["☀️", "the", "a -", "😀", "!!", "\x00"])
def test_a_search_for_no_word_at_all_finds_nothing(cast: Cast, ben: Client, nothing: str) -> None:
    make(cast, "Film", words="ceramides")
    assert titles(ben, q=nothing) in ([], ["Film"] if nothing == "\x00" else [])


def test_the_search_keeps_to_its_organisation_and_client_whoever_asks_the_database(cast: Cast) -> None:
    ours, chai = make(cast, "Film", words="ceramides"), make(cast, "Chai", words="ceramides", client=cast.client)
    with tenancy.of_organization(cast.lisbon.pk):
        theirs = ContentAsset.objects.create(organization=cast.lisbon, title="ceramides", kind="video")
        search.index(theirs)

    def found() -> set[uuid.UUID]:
        return set(search.matching(ContentAsset.objects.all(), "ceramides").values_list("pk", flat=True))

    with tenancy.of_organization(cast.kesar.pk):
        assert found() == {ours.pk, chai.pk}
    with tenancy.of_member(cast.esha):
        assert found() == {chai.pk}
    with tenancy.of_member(cast.dev):
        assert found() == {theirs.pk}
    with tenancy.operator():
        assert found() == {ours.pk, chai.pk, theirs.pk}
    with tenancy.enter(tenancy.Scope()), connection.cursor() as cursor:
        cursor.execute("SELECT content_found(to_tsquery('simple', 'ceramides'))")
        assert cursor.fetchall() == []


def keys(words: str) -> set[uuid.UUID]:
    """What the function itself answers, whatever reads by those keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_found(to_tsquery('simple', %s))", [words])
        return {row[0] for row in cursor.fetchall()}


def test_the_function_itself_tells_a_client_and_a_stranger_nothing_of_others(cast: Cast) -> None:
    make(cast, "Film", words="ceramides")
    chai = make(cast, "Chai", words="ceramides", client=cast.client)
    dental = make(cast, "Teeth", words="ceramides", client=cast.metro)
    piece_of(dental, "enamel", client=cast.metro)
    with tenancy.of_member(cast.esha):
        assert (keys("ceramides"), keys("enamel"), keys("!nothing")) == ({chai.pk}, set(), {chai.pk})
    with tenancy.of_member(cast.farah):
        assert keys("enamel") == {dental.pk}
    with tenancy.of_member(cast.dev):
        assert keys("ceramides | !nothing") == set()
        assert keys(f"'{cast.kesar.pk}' | '@{cast.kesar.pk}'") == set()


def test_a_piece_left_with_another_client_finds_nothing_for_the_first(cast: Cast) -> None:
    chai = make(cast, "Chai", words="patience", client=cast.client)
    piece_of(chai, "enamel", client=cast.metro)
    with tenancy.of_member(cast.esha):
        assert keys("enamel") == set()


def test_only_the_app_may_ask_the_function(cast: Cast) -> None:
    with tenancy.of_member(cast.ben), connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege(current_user, oid, 'execute'), NOT has_function_privilege('public', oid,"
            " 'execute'), NOT has_schema_privilege('public', 'create') FROM pg_proc WHERE proname = 'content_found'"
        )
        assert cursor.fetchall() == [(True, True, True)]


def test_a_begun_number_does_not_find_everything(cast: Cast, ben: Client) -> None:
    make(cast, "Film", words="ceramides")
    piece_of(make(cast, "Other"), "retinol")
    begun = str(cast.kesar.pk)
    for part in (begun[:1], begun[:3], begun[:8], begun, f"@{begun}"):
        assert titles(ben, q=part) == []


def test_a_search_uses_the_index_behind_row_level_security(cast: Cast) -> None:
    make(cast, "Film", words="ceramides")
    with tenancy.of_member(cast.ben), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT prosecdef FROM pg_proc WHERE proname = 'content_found'")
        assert cursor.fetchall() == [(True,)]
        cursor.execute(
            "SELECT count(*) FROM pg_policies WHERE policyname = 'found' AND qual = 'true' AND cmd = 'SELECT'"
        )
        assert cursor.fetchall() == [(2,)]
        cursor.execute(
            "SELECT pg_has_role(current_user, tableowner, 'member') FROM pg_tables WHERE tablename = %s",
            ["content_contentasset"],
        )
        assert cursor.fetchall() == [(False,)]


def test_right_to_left_words_are_found_and_shown_in_their_direction(cast: Cast, ben: Client) -> None:
    make(cast, "روتين البشرة", kind="blog", text="نستخدم السيراميد كل ليلة لأن البشرة تحتاج إلى حاجز قوي")
    answer = ben.get("/library/", {"q": "السيراميد"})
    assert '<h3 dir="auto">روتين البشرة</h3>' in answer.content.decode()
    (card,) = answer.context["cards"]
    assert "<mark>السيراميد</mark>" in card.hit


def test_a_text_of_endless_different_words_is_still_indexed(cast: Cast, ben: Client) -> None:
    make(cast, "Odd", kind="blog", text=" ".join(f"ग{number:x}" for number in range(60_000))[:200_000])
    assert titles(ben, q="odd") == ["Odd"]


def test_what_is_said_cannot_put_markup_on_the_page(cast: Cast, ben: Client) -> None:
    make(cast, "Odd", words="<script>alert(1)</script> ceramides")
    answer = ben.get("/library/", {"q": "ceramides"})
    assert b"<script>alert(1)" not in answer.content
    assert b"&lt;script&gt;alert(1)" in answer.content


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ceram", True),
        ("CERAMIDES", True),
        ('"ceramides while"', True),
        ('"while ceramides"', False),
        ("ceramides -damp", False),
        ("मॉनसून", True),
        ("skin", True),
        ("'; DROP TABLE content_contentasset; --", False),
        ("((", True),
        ("*:&|!<->", True),
    ],
)
def test_searches_of_every_shape_are_answered(cast: Cast, ben: Client, asked: str, found: bool) -> None:
    make(cast, "Skin in the monsoon", words="use ceramides while damp मॉनसून")
    assert bool(titles(ben, q=asked)) is found or asked in {"((", "*:&|!<->"}
