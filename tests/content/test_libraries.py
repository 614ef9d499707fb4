"""One's own library: kept, found, put into pieces, and what came of it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from accounts.models import Membership
from content import tasks
from content.libraries import results as library_results
from content.libraries import shelf
from content.models import ContentAnalysis, GeneratedContent, LibraryItem, LibraryUse, PieceVersion
from content.services import libraries as commands
from tests.cast import Cast
from tests.content.library_cast import NOW, entries, keep, piece_of, result, stands, use
from trenddrop.core.limits import LimitReached


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


class FullShelf:
    """A plan without libraries."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        if limit == "library_items":
            raise LimitReached("Your plan has no room for more items.")


# Kept


@pytest.mark.parametrize(
    ("kind", "posted", "shown"),
    [
        ("hook", {"body": "Stop {habit}."}, "Stop {habit}."),
        ("caption", {"body": "{hook}\n\n{insight}", "platform": "linkedin"}, "LinkedIn"),
        ("call_to_action", {"body": "Save this.", "call_kind": "save"}, "Save this."),
        ("hashtags", {"hashtags": "#skincare, slow beauty, Skincare"}, "#skincare #slowbeauty"),
    ],
)
def test_an_item_is_kept_shown_and_written_down(cast: Cast, kind: str, posted: dict[str, str], shown: str) -> None:
    ben = signed_in(cast.ben)
    assert ben.post(f"/brand/library/new/?kind={kind}", posted).status_code == 302
    page = ben.get("/brand/library/", {"kind": kind}).content.decode()
    assert shown in page
    [entry] = entries("library.created")
    assert entry.actor_name == "Ben Thomas"


def test_without_a_name_it_is_called_by_its_first_words(cast: Cast) -> None:
    assert keep(cast.ben, body="Stop scrubbing.\nReally.").name == "Stop scrubbing."
    assert keep(cast.ben, "hashtags").name == "#skincare #monsoon"


@pytest.mark.parametrize(
    ("kind", "posted", "why"),
    [
        ("hook", {"body": ""}, "Write what it says."),
        ("hook", {"body": "x" * 301}, "At most 300 characters; this has 301."),
        ("caption", {"body": "Hello {brand"}, "is not closed"),
        ("call_to_action", {"body": "Save this."}, "Say what it asks people to do."),
        ("hashtags", {"hashtags": "# !"}, "Name at least one hashtag."),
        ("hook", {"body": "Stop.", "platform": "myspace"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said(cast: Cast, kind: str, posted: dict[str, str], why: str) -> None:
    answer = signed_in(cast.ben).post(f"/brand/library/new/?kind={kind}", posted)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not entries("library.created")


def test_the_same_words_are_kept_once(cast: Cast) -> None:
    keep(cast.ben, name="Towels")
    answer = signed_in(cast.ben).post("/brand/library/new/", {"body": "Stop scrubbing.", "name": "Again"})
    assert answer.status_code == 422
    assert "“Towels” says exactly this already." in answer.content.decode()


def test_a_full_library_and_a_small_plan_say_so(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST", 1)
    keep(cast.ben)
    with pytest.raises(commands.TooManyItems, match="at most 1 items"):
        keep(cast.ben, body="Another.")
    settings.LIMITS_BACKEND = f"{__name__}.FullShelf"
    answer = signed_in(cast.ben).post("/brand/library/new/", {"body": "A third."})
    assert "Your plan has no room for more items." in answer.content.decode()


def test_an_item_is_changed_and_new_words_begin_with_no_result(cast: Cast) -> None:
    item = keep(cast.ben)
    with tenancy.operator():
        LibraryItem.objects.filter(pk=item.pk).update(performance=2.0, measured_posts=9)
    ben = signed_in(cast.ben)
    assert ben.post(f"/brand/library/{item.pk}/", {"body": "Stop scrubbing.", "category": "Skin"}).status_code == 302
    assert stands(item).performance == 2.0
    assert ben.post(f"/brand/library/{item.pk}/", {"body": "Never scrub.", "category": "Skin"}).status_code == 302
    assert (stands(item).performance, stands(item).measured_posts) == (None, 0)
    assert [entry.metadata.get("changes") for entry in entries("library.changed")][-1] == {
        "body": ["Stop scrubbing.", "Never scrub."]
    } | {"name": [item.name, ""]}


def test_an_item_is_removed_and_pieces_keep_its_words(cast: Cast) -> None:
    item, piece = keep(cast.ben), piece_of(cast.ben)
    use(item, piece, cast.ben)
    assert signed_in(cast.ben).post(f"/brand/library/{item.pk}/delete/").status_code == 302
    assert stands(piece).text.startswith("Stop scrubbing.")
    with tenancy.operator():
        assert not LibraryItem.objects.exists()
    assert len(entries("library.deleted")) == 1


def test_who_may_only_look_changes_nothing(cast: Cast) -> None:
    item, chitra = keep(cast.ben), signed_in(cast.chitra)
    assert "Stop scrubbing." in chitra.get("/brand/library/").content.decode()
    assert chitra.get(f"/brand/library/{item.pk}/").status_code == 200
    for address in ("/brand/library/new/", f"/brand/library/{item.pk}/", f"/brand/library/{item.pk}/delete/"):
        assert chitra.post(address, {"body": "Mine."}).status_code == 403
    assert stands(item).body == "Stop scrubbing."


# Found


def test_words_names_and_hashtags_are_searched_and_kinds_counted(cast: Cast) -> None:
    keep(cast.ben, body="Stop scrubbing.", name="Towels")
    keep(cast.ben, body="Never scrub twice.", language="hi")
    keep(cast.ben, "hashtags")
    ben = signed_in(cast.ben)
    page = ben.get("/brand/library/", {"q": "towel"}).content.decode()
    assert ("Towels" in page, "Never scrub" in page) == (True, False)
    page = ben.get("/brand/library/", {"q": "#monsoon", "kind": "hashtags"}).content.decode()
    assert "#skincare #monsoon" in page
    page = ben.get("/brand/library/", {"language": "en"}).content.decode()
    assert ("Towels" in page, "Never scrub" in page) == (True, False)
    assert "Nothing fits this filter." in ben.get("/brand/library/", {"q": "nothing like it"}).content.decode()


def test_a_clients_items_are_for_that_client_alone(cast: Cast) -> None:
    keep(cast.ben, body="For all.")
    keep(cast.ben, body="For Chai.", client=cast.client)
    keep(cast.ben, body="For Metro.", client=cast.metro)
    piece = piece_of(cast.ben, client_id=cast.client.pk)
    with tenancy.of_member(cast.ben):
        assert {row.body for row in shelf.for_piece(piece, cast.ben)} == {"For all.", "For Chai."}
    own = signed_in(cast.ben).get("/brand/library/").content.decode()
    assert ("For all." in own, "For Chai." in own) == (True, False), "the current brand is the agency's own"
    with tenancy.of_member(cast.esha):
        assert {row.body for row in shelf.items_of(cast.esha)} == {"For Chai."}


def test_no_page_asks_more_however_many_items_there_are(cast: Cast) -> None:
    ben = signed_in(cast.ben)
    piece = piece_of(cast.ben, brand=cast.brand)
    counts: list[tuple[int, int]] = []
    ben.get("/brand/library/")
    for many in (1, 15):
        for number in range(many):
            keep(cast.ben, body=f"Hook {many} {number} {{brand}} {{thing}}")
        with CaptureQueriesContext(connection) as page:
            ben.get("/brand/library/")
        with CaptureQueriesContext(connection) as picker:
            ben.get(f"/pieces/{piece.pk}/library/")
        counts.append((len(page), len(picker)))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 12


# Put into pieces


def test_a_hook_opens_the_text_and_the_next_takes_its_place(cast: Cast) -> None:
    piece = piece_of(cast.ben)
    first, second = keep(cast.ben), keep(cast.ben, body="Your towel is not the problem.")
    use(first, piece, cast.ben)
    assert stands(piece).text == "Stop scrubbing.\n\nWash twice a day."
    use(first, piece, cast.ben)
    assert stands(piece).text == "Stop scrubbing.\n\nWash twice a day."
    use(second, stands(piece), cast.ben)
    assert stands(piece).text == "Your towel is not the problem.\n\nWash twice a day."


def test_each_kind_goes_to_its_place_and_the_version_before_stays(cast: Cast) -> None:
    piece = piece_of(cast.ben, brand=cast.brand, hashtags=["Skincare"])
    for kind in ("call_to_action", "hashtags", "caption"):
        use(keep(cast.ben, kind), stands(piece), cast.ben)
    after = stands(piece)
    assert after.call_to_action == "Save this."
    assert after.hashtags == ["Skincare", "monsoon"]
    assert after.text == "Wash twice a day.\n\nMore from Kesar Naturals"
    with tenancy.operator():
        versions = list(PieceVersion.objects.filter(piece=piece).order_by("number").values_list("number", flat=True))
    assert after.version == versions[-1] >= 4


def test_hashtags_a_platform_has_no_room_for_are_left_out_and_named(cast: Cast) -> None:
    piece = piece_of(cast.ben, platform="threads", hashtags=["one"])
    item = keep(cast.ben, "hashtags", hashtags=["two", "three"])
    answer = signed_in(cast.ben).post(f"/pieces/{piece.pk}/library/use/", {"item": str(item.pk)}, follow=True)
    left_out = [tag for tag in ("two", "three") if tag not in stands(piece).hashtags]
    assert left_out
    assert "takes no more" in answer.content.decode()


def test_placeholders_are_filled_from_what_is_known_and_the_rest_is_asked_for(cast: Cast) -> None:
    piece = piece_of(cast.ben, brand=cast.brand)
    with tenancy.operator():
        moment: dict[str, Any] = {"text": "Stop scrubbing.", "start": None, "end": None, "score": 90, "reasons": []}
        ContentAnalysis.objects.create(
            organization=cast.kesar, asset_id=piece.asset_id, hooks=[moment], keywords=[["ceramides", 0.9]],
            summary="Skin loses water. It needs ceramides.", made_by="test",
        )  # fmt: skip
    item = keep(
        cast.ben, "caption", body="{hook}\n{summary} {keyword}, {brand}, {title}, {platform}, {year}\n{product}"
    )
    ben = signed_in(cast.ben)
    page = ben.get(f"/pieces/{piece.pk}/library/", {"kind": "caption"}).content.decode()
    assert "Skin loses water. ceramides, Kesar Naturals, Skin in the monsoon, Bluesky" in page
    assert 'name="value_product"' in page
    refused = ben.post(f"/pieces/{piece.pk}/library/use/", {"item": str(item.pk), "kind": "caption"}, follow=True)
    assert "Say what stands for: {product}. Nothing was changed." in refused.content.decode()
    assert stands(piece).version == 1
    posted = {"item": str(item.pk), "value_product": "{brand} cream"}
    assert ben.post(f"/pieces/{piece.pk}/library/use/", posted).status_code == 302
    assert stands(piece).text.endswith("\n{brand} cream")


def test_what_stands_unsaved_in_the_composer_goes_along(cast: Cast) -> None:
    piece, item = piece_of(cast.ben), keep(cast.ben)
    composer = {"text": "Not saved yet.", "hashtags": "#skin", "call_to_action": "", "alt_text": "", "base": "1"}
    answer = signed_in(cast.ben).post(
        f"/pieces/{piece.pk}/library/use/", composer | {"item": str(item.pk)}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'id="piece"' in answer.content.decode()
    assert (stands(piece).text, stands(piece).hashtags) == ("Stop scrubbing.\n\nNot saved yet.", ["skin"])


def test_what_is_missing_leaves_the_composer_as_it_stands(cast: Cast) -> None:
    piece, item = piece_of(cast.ben), keep(cast.ben, body="Stop {habit}.")
    posted = {"text": "Not saved yet.", "item": str(item.pk)}
    answer = signed_in(cast.ben).post(f"/pieces/{piece.pk}/library/use/", posted, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "habit" in answer["HX-Trigger"]
    assert stands(piece).text == "Wash twice a day."


def test_nobody_uses_items_or_pieces_of_others(cast: Cast) -> None:
    piece, item = piece_of(cast.ben), keep(cast.dev)
    assert signed_in(cast.ben).post(f"/pieces/{piece.pk}/library/use/", {"item": str(item.pk)}).status_code == 404
    assert signed_in(cast.ben).post(f"/pieces/{piece.pk}/library/use/", {"item": "no key"}).status_code == 404
    assert signed_in(cast.chitra).post(f"/pieces/{piece.pk}/library/use/", {"item": "x"}).status_code == 403


def test_a_use_is_counted_once_a_piece(cast: Cast) -> None:
    item, piece = keep(cast.ben), piece_of(cast.ben)
    for _again in range(2):
        use(item, stands(piece), cast.ben)
    use(item, piece_of(cast.ben), cast.ben)
    assert (stands(item).usage_count, stands(item).last_used_at) == (2, NOW)
    with tenancy.operator():
        assert LibraryUse.objects.count() == 2
    assert [entry.metadata["kind"] for entry in entries("library.used")] == ["Hook"] * 3


def test_a_template_shows_how_it_will_read_while_it_is_written(cast: Cast) -> None:
    ben = signed_in(cast.ben)
    seen = ben.post("/brand/library/preview/", {"body": "{hook}\n{product} at {brand}", "platform": "bluesky"})
    page = re.sub(r"\s+", " ", seen.content.decode())
    assert "Stop scrubbing." in page
    assert "{product} at your brand" in page
    assert "Asked for when it is used: product" in page
    assert "of 300" in page
    assert "is not closed" in ben.post("/brand/library/preview/", {"body": "Hi {brand"}).content.decode()


# What came of it


def used_with(cast: Cast, item: LibraryItem, engagements: list[float], **given: Any) -> list[GeneratedContent]:
    pieces = [piece_of(cast.ben, **given) for _each in engagements]
    for piece, engagement in zip(pieces, engagements, strict=True):
        use(item, piece, cast.ben)
        result(piece, engagement)
    return pieces


def test_the_result_is_the_median_of_its_posts_from_five_on(cast: Cast) -> None:
    item = keep(cast.ben)
    used_with(cast, item, [1.0, 3.0, 2.0, 9.0])
    library_results.measured(now=NOW)
    assert (stands(item).performance, stands(item).measured_posts) == (None, 4)
    assert "4 of 5 posts" in signed_in(cast.ben).get("/brand/library/").content.decode()
    used_with(cast, item, [2.5])
    tasks.measure_libraries()
    assert (stands(item).performance, stands(item).measured_posts) == (2.5, 5)
    assert "2.50×" in signed_in(cast.ben).get("/brand/library/").content.decode()
    assert library_results.measured(now=NOW) == 0, "a repeat changes nothing"


@pytest.mark.parametrize(
    ("kind", "change"),
    [("hook", {"text": "All new."}), ("call_to_action", {"call_to_action": "Buy."}), ("hashtags", {"hashtags": ["x"]})],
)
def test_words_that_were_taken_out_again_do_not_count(cast: Cast, kind: str, change: dict[str, Any]) -> None:
    item = keep(cast.ben, kind)
    pieces = used_with(cast, item, [2.0] * 6)
    with tenancy.operator():
        GeneratedContent.objects.filter(pk=pieces[0].pk).update(**change)
    library_results.measured(now=NOW)
    assert stands(item).measured_posts == 5


def test_posts_that_are_left_out_teach_nothing(cast: Cast) -> None:
    item = keep(cast.ben)
    used_with(cast, item, [2.0] * 5)
    left_out = piece_of(cast.ben)
    use(item, left_out, cast.ben)
    result(left_out, 50.0, is_left_out=True)
    library_results.measured(now=NOW)
    assert (stands(item).performance, stands(item).measured_posts) == (2.0, 5)


def test_prompts_hear_of_what_did_better_than_usual(cast: Cast) -> None:
    good, poor = keep(cast.ben), keep(cast.ben, body="Glow up now!")
    other = keep(cast.ben, "call_to_action", platform="x")
    with tenancy.operator():
        LibraryItem.objects.filter(pk__in=[good.pk, other.pk]).update(performance=1.8, measured_posts=7)
        LibraryItem.objects.filter(pk=poor.pk).update(performance=0.6, measured_posts=7)
    with tenancy.of_organization(cast.kesar.pk):
        [found] = shelf.worked(cast.kesar.pk, client_id=None, platform="bluesky")
        assert (found.kind, found.words, found.ratio, found.posts) == ("hook", "Stop scrubbing.", 1.8, 7)
        assert len(shelf.worked(cast.kesar.pk, client_id=cast.client.pk, platform="x")) == 2
    with tenancy.of_organization(cast.lisbon.pk):
        assert shelf.worked(cast.kesar.pk, client_id=None, platform="bluesky") == []
