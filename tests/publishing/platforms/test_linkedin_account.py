"""An account at LinkedIn: two doors, tokens that may not be renewed, numbers; all of it held to our own schemas."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from publishing.platforms.base import Media, PublishKit, Rejected, SignInAgain, TryLater
from publishing.platforms.linkedin import LinkedIn
from publishing.platforms.signing_in import Doors, Reviewed, SignsIn, Versioned, Way
from tests.peers.contracts import schemas
from tests.peers.fake_linkedin import PAGE, PERSON, FakeLinkedIn
from tests.peers.wire import Response
from tests.publishing.platforms.contract import Bench
from tests.publishing.platforms.test_linkedin import (
    PAGES,
    PERSONS,
    bench,
    bench_of,
    film,
    make,
    options,
    person,
    picture,
    server,
    token_of,
)

__all__ = ["bench", "film", "make", "person", "picture", "server"]

WAY = Way(state="s-1", verifier="v" * 43, redirect_uri="https://trenddrop.example/back", door="person")
AS_PAGE = replace(WAY, door="page")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def asked(adapter: LinkedIn, way: Way) -> dict[str, str]:
    query = parse_qs(urlsplit(adapter.authorize_url(way)).query)
    return {name: values[0] for name, values in query.items()}


# Signing in


def test_a_person_is_connected(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> None:
    adapter = make(server, clock=lambda: NOW)
    assert isinstance(adapter, SignsIn)
    code = server.allow(asked(adapter, WAY))
    [connected] = adapter.exchange(WAY, code=code)
    assert (connected.profile.id, connected.profile.name) == (PERSON, "Asha of kesar")
    assert connected.token.extra["owner"] == PERSON
    assert connected.token.expires_at == connected.ends_at == NOW + timedelta(days=60)
    assert connected.scopes == tuple(PERSONS.split())
    with pytest.raises(Rejected, match="start it again") as spent:
        adapter.exchange(WAY, code=code)
    assert code not in str(spent.value)
    adapter.revoke(connected.token)
    with pytest.raises(SignInAgain):
        adapter.profile(connected.token)


def test_each_page_a_person_runs_is_opened(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> None:
    server.pages = [PAGE, "urn:li:organization:77"]
    adapter = make(server)
    first, second = adapter.exchange(AS_PAGE, code=server.allow(asked(adapter, AS_PAGE)))
    assert (first.profile.id, first.profile.handle, first.profile.followers) == (PAGE, "kesarnaturals", 431)
    assert second.token.extra["owner"] == "urn:li:organization:77"
    assert (first.kind, first.token.extra["may_privacy"], first.token.extra["grant"]) == ("page", "public", PERSON)
    assert first.token.access == second.token.access


def test_who_runs_no_page_is_told_so(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> None:
    server.pages = []
    adapter = make(server)
    with pytest.raises(Rejected, match="no page that you administer"):
        adapter.exchange(AS_PAGE, code=server.allow(asked(adapter, AS_PAGE)))


def test_the_doors_say_what_they_ask_for_and_what_is_missing(
    make: Callable[..., LinkedIn], server: FakeLinkedIn
) -> None:
    adapter = make(server, client_secret="", more_scopes="r_member_postAnalytics")
    assert isinstance(adapter, Doors)
    assert isinstance(adapter, Versioned)
    assert isinstance(adapter, Reviewed)
    assert "reviewed" in str(adapter.until_reviewed)
    person, page = adapter.doors
    assert [scope.name for scope in person.scopes] == [*PERSONS.split(), "r_member_postAnalytics"]
    assert [scope.name for scope in page.scopes] == PAGES.split()
    assert page.missing == adapter.missing == ("LINKEDIN_CLIENT_SECRET",)
    assert adapter.version == "202609"


def test_a_token_without_renewal_lasts_to_its_end(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> None:
    now = NOW
    adapter = make(server, clock=lambda: now)
    token = replace(token_of(server, PERSON, PERSONS), expires_at=NOW + timedelta(days=60))
    assert adapter.refresh(token) is token
    now = NOW + timedelta(days=60)
    with pytest.raises(SignInAgain, match="60 days"):
        adapter.refresh(token)


def test_a_partners_token_is_renewed_until_its_own_end(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> None:
    server.partner = True
    adapter = make(server, clock=lambda: NOW)
    [connected] = adapter.exchange(WAY, code=server.allow(asked(adapter, WAY)))
    assert connected.ends_at == NOW + timedelta(days=365)
    fresh = adapter.refresh(connected.token)
    assert fresh.access != connected.token.access
    assert fresh.extra["owner"] == PERSON
    for what in ({"answer": Response(502, "<html>")}, {"cut_before": True}):
        server.fault("POST", "/accessToken$", **what)
        with pytest.raises(TryLater):
            adapter.refresh(fresh)
    with pytest.raises(TryLater, match="LINKEDIN_CLIENT_ID"):
        make(server, client_secret="wrong").refresh(fresh)
    with pytest.raises(SignInAgain):
        adapter.refresh(replace(fresh, refresh="AQR-0"))


def test_a_page_whose_followers_are_not_told_is_still_a_page(
    make: Callable[..., LinkedIn], server: FakeLinkedIn
) -> None:
    server.fault("GET", "/networkSizes/", answer=Response(403, {"status": 403, "message": "no"}))
    profile = make(server).profile(token_of(server, PAGE, PAGES))
    assert (profile.handle, profile.followers) == ("kesarnaturals", None)


# Numbers


def test_a_page_is_told_its_numbers(bench: Bench, server: FakeLinkedIn, film: Media) -> None:
    share, video = bench.publish(PublishKit("k", "One")), bench.publish(PublishKit("k2", "Two", media=[film]))
    counts = {"impressionCount": 90, "uniqueImpressionsCount": 60, "clickCount": 4, "likeCount": 8}
    server.posts[0]["counts"] = {**counts, "commentCount": 2, "shareCount": 1}
    numbers = bench.adapter.metrics([share, video, "urn:li:share:1"], token=bench.token)
    assert set(numbers) == {share, video}
    assert numbers[share].metrics == {
        "impressions": 90, "reach": 60, "clicks": 4, "likes": 8, "comments": 2, "shares": 1
    }  # fmt: skip


def test_a_person_has_numbers_only_where_the_app_was_reviewed(person: Bench, server: FakeLinkedIn) -> None:
    urn = person.publish(PublishKit("k", "One"))
    server.posts[0]["counts"] = {"impressionCount": 90, "likeCount": 8}
    numbers = person.adapter.metrics([urn], token=person.token)[urn].metrics
    assert (numbers["impressions"], numbers["likes"]) == (90, 8)
    assert person.adapter.metrics([urn], token=token_of(server, PERSON, PERSONS)) == {}


# Our schemas of LinkedIn


def test_all_we_send_and_all_our_stand_in_answers_is_valid(
    make: Callable[..., LinkedIn], server: FakeLinkedIn, picture: Media, film: Media, tmp_path: Path
) -> None:
    server.partner, server.part = True, 100_000
    adapter = make(server)
    adapter.authorize_url(WAY)
    page, mine = bench_of(adapter, server, PAGE, PAGES), bench_of(adapter, server, PERSON, PERSONS)
    [mine_again] = adapter.exchange(WAY, code=server.allow(asked(adapter, WAY)))
    [page_again] = adapter.exchange(AS_PAGE, code=server.allow(asked(adapter, AS_PAGE)))
    page.token, mine.token = page_again.token, adapter.refresh(mine_again.token)
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.7")
    guide = Media(tmp_path / "guide.pdf", "application/pdf", size=8)
    card = options(link="https://kesar.example/", first_comment="More (soon)")
    kits = [
        PublishKit("a", "Words [only] #saffron", options=card, thumbnail=picture),
        PublishKit("b", "Pictures", media=[picture] * 3),
        PublishKit("c", "Film", media=[film], thumbnail=picture),
        PublishKit("d", "Guide", title="The guide", media=[guide]),
    ]
    ids = [page.publish(kit) for kit in kits]
    mine.publish(replace(kits[0], text="Mine"))
    page.find(kits[1])
    adapter.metrics(ids, token=page.token)
    reviewed = bench_of(adapter, server, PERSON, PERSONS + " r_member_postAnalytics")
    adapter.metrics(ids, token=reviewed.token)
    adapter.delete(ids[0], token=page.token)
    adapter.delete(ids[0], token=page.token)
    adapter.revoke(mine.token)
    assert schemas("linkedin").problems(server.answered) == []
