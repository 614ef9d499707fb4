"""The catalogues: whole, compiled, true to what they translate; and what a person who chose Hindi sees."""

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django import forms as forms_of_django
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation.template import templatize

from tests.cast import Cast
from trenddrop.core import http
from trenddrop.core.http import FetchError
from trenddrop.core.sniff import UnsupportedFile, sniff
from trenddrop.core.speech import subtitles
from trenddrop.core.speech.subtitles import BadSubtitles

ROOT = Path(settings.BASE_DIR)
SOURCES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))
LANGUAGES = [path.parent.parent.name for path in SOURCES]
APPS = ("accounts", "analytics", "billing", "content", "publishing", "trenddrop", "trends")
# Calls that makemessages knows by these names alone.
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL_WITH_CONTEXT = {"npgettext", "npgettext_lazy"}
MARKS = re.compile(r"%\([^)]+\)[sdifr]|%[sd%]|\{\w*\}|[{}]|</?[a-z][^>]*>|&\w+;|https?://[^\s.]\S*[^\s.,;।]")
CALL = re.compile(r"\b(_|n?p?gettext)\(((?:u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")[,\s]*)+)")
LITERAL = re.compile(r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")")
DEVANAGARI = re.compile(r"[\u0900-\u097f]")
Key = tuple[str, str | None]


@cache
def catalogue(language: str) -> Catalog:
    with (Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file)


def said(language: str) -> dict[Key, list[str]]:
    """The translated messages: their forms by the message and its context."""
    return {key(one): forms(one.string) for one in catalogue(language) if one.id and all(forms(one.string))}


def key(message: Message) -> Key:
    context = message.context
    return forms(message.id)[0], context.decode() if isinstance(context, bytes) else context  # read_mo leaves bytes


def forms(words: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())


def of_pages() -> set[Key]:
    """What the templates say, apart from the operator's desk."""
    found: set[Key] = set()
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file() and "admin" not in path.parts:
            found |= set(_of_template(templatize(path.read_text(encoding="utf-8"))))
    return found


def _of_template(calls: str) -> Iterator[Key]:
    for name, arguments in CALL.findall(calls):
        words = [str(ast.literal_eval(literal)) for literal in LITERAL.findall(arguments)]
        yield (words[1], words[0]) if "pgettext" in name else (words[0], None)


@cache
def modules() -> dict[Path, ast.Module]:
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return {path: ast.parse(text) for path, text in texts.items() if "django.utils.translation" in text}


def of_code() -> set[Key]:
    calls = [node for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {found for call in calls if (found := _of_call(call))}


def _of_call(call: ast.Call) -> Key | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    words = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if name in SINGLE | PLURAL and words:
        return words[0], None
    if name in WITH_CONTEXT | PLURAL_WITH_CONTEXT and len(words) > 1:
        return words[1], words[0]
    return None


def test_every_language_that_can_be_chosen_has_a_catalogue() -> None:
    assert {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    with (Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {key(one): forms(one.string) for one in read_mo(file) if one.id}
    assert compiled == said(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_a_catalogue_is_a_guess(language: str) -> None:
    whole = catalogue(language)
    assert [one.id for one in whole if one.id and one.fuzzy] == []
    assert not whole.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_what_is_filled_in_and_the_markup(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        originals, given = forms(message.id), forms(message.string)
        if message.id and all(given):
            wrong += [(o, g) for o, g in zip(originals, given, strict=True) if _marks(o) != _marks(g)]
    assert wrong == []


def _marks(words: str) -> list[str]:
    """Everything a translation must repeat, and whether it begins or ends with a new line."""
    return [*sorted(MARKS.findall(words)), f"{words[:1] == chr(10)}{words[-1:] == chr(10)}"]


def test_the_marks_of_a_message_are_seen() -> None:
    assert _marks("\n%(n)s of {all} <b>x</b> 100%% {") == [
        "%%", "%(n)s", "</b>", "<b>", "{", "{all}", "TrueFalse"
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_translated(language: str) -> None:
    marked, known = of_pages(), said(language)
    assert len(marked) > 1500
    assert sorted(map(str, marked - known.keys())) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_code_says_is_translated(language: str) -> None:
    marked, known = of_code(), said(language)
    assert len(marked) > 1500
    assert sorted(map(str, marked - known.keys())) == []


def test_words_are_marked_by_names_that_makemessages_knows() -> None:
    renamed = [
        f"{path.relative_to(ROOT)}: {one.name} as {one.asname}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for one in node.names
        if one.asname and not (one.asname == "_" and one.name in SINGLE)
    ]
    assert renamed == []


def test_no_words_are_marked_inside_an_f_string_where_makemessages_does_not_see_them() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and _of_call(call)
    ]
    assert hidden == []


def test_hindi_counts_nought_and_one_alike() -> None:
    with translation.override("hi"):
        told = [translation.ngettext("%(n)s account", "%(n)s accounts", n) % {"n": n} for n in (0, 1, 2)]
    assert told == ["0 खाता", "1 खाता", "2 खाते"]


def test_a_number_in_hindi_is_grouped_by_lakh() -> None:
    page = Template("{{ n|number }} {{ n|compact }}")
    with translation.override("hi"):
        assert page.render(Context({"n": 1_234_567})) == "12,34,567 12.3L"
    with translation.override("en"):
        assert page.render(Context({"n": 1_234_567})) == "1,234,567 1.2M"


def test_months_and_a_day_are_spelled_in_hindi_as_people_spell_them() -> None:
    with translation.override("hi"):
        months = [date_format(dt.date(2026, month, 26), "F") for month in (9, 11, 12)]
        assert [*months, date_format(dt.date(2026, 11, 26), "D")] == ["सितंबर", "नवंबर", "दिसंबर", "गुरु"]
        with pytest.raises(forms_of_django.ValidationError, match="यह ज़रूरी है"):
            forms_of_django.CharField().clean("")


def test_whoever_chose_hindi_sees_today_in_hindi(cast: Cast, client: Client) -> None:
    cast.asha.user.language = "hi"
    cast.asha.user.save(update_fields=["language"])
    client.force_login(cast.asha.user)
    page = client.get("/today/").content.decode()
    assert '<html lang="hi"' in page
    assert "लाइब्रेरी" in page
    assert "अगले सात दिन" in page
    assert len(DEVANAGARI.findall(page)) > 500


def test_ben_sees_english_while_asha_sees_hindi(cast: Cast, client: Client) -> None:
    cast.asha.user.language = "hi"
    cast.asha.user.save(update_fields=["language"])
    client.force_login(cast.ben.user)
    page = client.get("/today/").content.decode()
    assert '<html lang="en' in page
    assert not DEVANAGARI.search(page)


def test_the_door_speaks_the_language_that_was_chosen_there(client: Client, db: None) -> None:
    client.post("/i18n/language/", {"language": "hi", "next": "/accounts/login/"})
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="hi"' in page
    assert "साइन इन करें" in page
    assert "पासवर्ड भूल गए?" in page
    assert "noto-sans-devanagari" in (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "refused",
    [
        lambda: sniff(b"PK\x03\x04" + bytes(40), "words.zip"),
        lambda: sniff(b"MZ" + bytes(40), "film.mp4"),
        lambda: subtitles.parse("no times here", name="words.srt"),
        lambda: http.fetch_public("ftp://kesar.example/"),
    ],
)
def test_what_a_file_or_a_link_is_refused_for_is_said_in_hindi(refused: Callable[[], object]) -> None:
    with translation.override("hi"), pytest.raises((UnsupportedFile, BadSubtitles, FetchError)) as told:
        refused()
    assert DEVANAGARI.search(str(told.value))
