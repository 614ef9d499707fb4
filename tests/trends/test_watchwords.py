"""What keywords of watches mean: every form of themselves, whole words only, and what they leave out."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trends.watchwords import Index, Said, read

WATCH = uuid.UUID(int=1)


def said(keyword: str, *names: str, about: str = "") -> Said | None:
    met, _spared = Index.of({WATCH: [keyword]}).met(list(names), [about] if about else [])
    return met.get(WATCH)


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("monsoon skincare", "#MonsoonSkincare"),
        ("monsoon skincare", "#monsoonskincare"),
        ("monsoon skincare", "Best Monsoon-Skincare tips of the year"),
        ("#MonsoonSkincare", "monsoon skincare"),
        ("MONSOON  Skincares", "monsoon skincare"),
        ("ceramides", "A ceramide a day"),
        ("cafe", "Le Café de Flore"),
        ("skincare", "why everybody talks of #SkinCare now"),
        ("C++", "C++ 26 is out"),
        ("स्किन केयर", "शादी से पहले स्किन केयर"),
        ("スキンケア", "モンスーンスキンケアの日"),
        ("护肤", "雨季护肤指南"),
        ("العناية", "العناية بالبشرة"),
        ("☔🎶", "☔🎶"),
        ("iphone 17", "#iPhone17"),
    ],
)
def test_a_keyword_meets_every_form_of_itself(keyword: str, title: str) -> None:
    assert said(keyword, title) == Said(read(keyword).text, is_name=True)


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("therapist", "the rapist was caught"),
        ("art", "Smart phones"),
        ("monsoon skincare", "monsoon hair, skincare later"),
        ("skin", "#SkinnyJeans"),
        ("☔🎶", "☔"),
    ],
)
def test_a_keyword_is_not_met_by_parts_of_words_or_words_apart(keyword: str, title: str) -> None:
    assert said(keyword, title) is None


def test_a_name_counts_before_what_is_said_about_it() -> None:
    assert said("ceramide", "Milk", about="Ceramides in a lotion") == Said("ceramide", is_name=False)
    assert said("ceramide", "Ceramide milk", about="Ceramides in a lotion") == Said("ceramide", is_name=True)


def test_a_minus_spares_whatever_else_is_said() -> None:
    index = Index.of({WATCH: ["skincare", "-cricket"]})
    assert index.met(["Skincare"], [])[0] == {WATCH: Said("skincare", is_name=True)}
    assert index.met(["Skincare"], ["A cricketer's routine, after cricket"]) == ({}, {WATCH})


def test_thousands_of_watches_share_one_index() -> None:
    watches = {uuid.UUID(int=number): [f"word{number} here", "skincare"] for number in range(1, 3001)}
    met, _spared = Index.of(watches).met(["word7 here"], [])
    assert list(met) == [uuid.UUID(int=7)]
    assert len(Index.of(watches).met(["skincare"], [])[0]) == 3000


@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=60))
def test_whatever_is_typed_and_whatever_is_said_it_is_read(keywords: list[str], text: str) -> None:
    met, spared = Index.of({WATCH: keywords}).met([text], [text])
    assert set(met) <= {WATCH}
    assert not set(met) & spared


@given(st.text(alphabet="abcdeé #-", min_size=1, max_size=20))
def test_a_keyword_meets_a_topic_of_its_own_name(text: str) -> None:
    keyword = read(text)
    if keyword.key and not keyword.leaves_out:
        assert said(text, keyword.text) is not None
