"""Material that is here already: known by its bytes or its words, told at upload, in the library and in the Studio."""

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from accounts import tenancy
from content import search
from content.intake import sameness
from content.models import ContentAsset
from content.pipeline.probe import Probe
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.files import announce, send, wav
from tests.content.making import PORTRAIT, bring, fresh, process
from tests.content.test_library import ARTICLE, make, paste, signed_in, titles


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def upload(client: Client, data: bytes, name: str = "note.wav") -> Any:
    """Send a file whole; return the last answer."""
    return send(client, announce(client, len(data), name=name)["Location"], data, at=0)


def test_the_same_file_is_told_when_it_has_arrived_and_the_other_is_offered(cast: Cast, ben: Client) -> None:
    first = upload(ben, wav(), "Morning “talk”.wav")
    assert "TrendDrop-Same" not in first
    second = upload(ben, wav(), "copy.wav")
    assert second["TrendDrop-Same"] == first["Content-Location"]
    assert unquote(second["TrendDrop-Same-Title"]) == "Morning “talk”"
    page = ben.get(second["Content-Location"]).content.decode()
    assert "The same content is here already: “Morning “talk””." in page
    assert f'href="{first["Content-Location"]}"' in page
    assert titles(ben, same="on") == ["copy", "Morning “talk”"]
    assert "here twice" in ben.get("/library/").content.decode()


def test_another_file_of_the_same_length_is_another_file(ben: Client) -> None:
    data = wav()
    upload(ben, data)
    assert "TrendDrop-Same" not in upload(ben, data[:-1] + b"\x07", "other.wav")
    assert titles(ben, same="on") == []


def test_deleted_ones_and_those_of_others_are_no_twins(cast: Cast, ben: Client) -> None:
    first = upload(ben, wav(), "first.wav")
    assert "TrendDrop-Same" not in upload(signed_in(cast.dev), wav())
    asha = signed_in(cast.asha)
    asha.post("/library/delete/", {"asset": first["Content-Location"].split("/")[2]})
    assert "TrendDrop-Same" not in upload(ben, wav(), "again.wav")


def test_a_clients_member_is_not_told_of_what_others_have(cast: Cast, ben: Client) -> None:
    upload(ben, wav(), "first.wav")
    with tenancy.operator():
        cast.esha.permission_overrides = {"content.edit": True}
        cast.esha.save()
    assert "TrendDrop-Same" not in upload(signed_in(cast.esha), wav(), "second.wav")


def test_a_form_without_a_script_names_files_that_are_here_twice(ben: Client, tmp_path: Path) -> None:
    for name in ("one.wav", "two.wav"):
        (tmp_path / name).write_bytes(wav())
    with (tmp_path / "one.wav").open("rb") as one, (tmp_path / "two.wav").open("rb") as two:
        answer = ben.post("/upload/", {"file": [one, two]}, follow=True)
    assert "“two” has the same content as “one”" in answer.content.decode()


def test_the_same_words_pasted_with_other_spaces_are_told_in_the_studio(cast: Cast, ben: Client) -> None:
    paste(ben, ARTICLE, title="First")
    answer = paste(ben, ARTICLE.upper().replace(" ", "\n"), title="Second")
    assert "The same content is here already: “First”." in ben.get(answer["Location"]).content.decode()
    assert titles(ben, same="on") == ["Second", "First"]


def test_short_texts_and_texts_that_were_changed_are_not_the_same(cast: Cast, ben: Client) -> None:
    for title in ("a", "b"):
        make(cast, title, kind="blog", text="Only a few words here")
    first, second = (make(cast, title, kind="blog", text=ARTICLE) for title in ("c", "d"))
    assert titles(ben, same="on") == ["d", "c"]
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=second.pk).update(text=ARTICLE + " And more of it.")
        search.index(second)
    assert titles(ben, same="on") == []
    assert fresh(first).words_hash != fresh(second).words_hash


def test_a_file_too_large_to_wait_for_is_known_once_it_was_probed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, ben: Client
) -> None:
    monkeypatch.setattr(sameness, "AT_ONCE", 10)
    upload(ben, PORTRAIT.read_bytes(), "film.mp4")
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.get()
    assert asset.content_hash == ""
    process(asset)
    assert fresh(asset).content_hash == sameness.of_file(PORTRAIT)


def test_a_file_brought_by_other_ways_gets_its_hash_when_it_is_probed(cast: Cast) -> None:
    asset = bring(cast, PORTRAIT)
    assert Probe().skip(asset) is None
    assert process(asset).content_hash == sameness.of_file(PORTRAIT)


def test_programs_ask_for_duplicates(cast: Cast) -> None:
    first, second = (make(cast, title, kind="blog", text=ARTICLE) for title in ("First", "Second"))
    api = as_member(cast.ben)
    assert [each["title"] for each in api.get(f"assets/{second.pk}/duplicates").json()] == ["First"]
    assert [each["title"] for each in api.get(f"assets/{first.pk}/duplicates").json()] == ["Second"]
    assert api.get(f"assets/{make(cast, 'Other').pk}/duplicates").json() == []
    assert api.get(f"assets/{uuid.uuid4()}/duplicates").status_code == 404
