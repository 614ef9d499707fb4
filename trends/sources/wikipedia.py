"""Wikipedia's most viewed articles of yesterday (Wikimedia pageviews). Ready late UTC; until then 404."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from trends.normalise import Kind
from trends.sources import base, decoding

WAITING = "Yesterday's page views are not published yet. They come late in the day (UTC)."
ACCESS = "all-access|desktop|mobile-app|mobile-web"
MAIN_PAGES = {
    "main page", "wikipedia:hauptseite", "hauptseite", "wikipédia:accueil principal", "मुखपृष्ठ", "মুখপাতা",
    "முதற் பக்கம்", "మొదటి పేజీ", "मुख्य पृष्ठ", "portada", "pagina principale", "wikipédia:página principal",
    "الصفحة الرئيسية", "заглавная страница", "メインページ", "wikipedia:首页", "wikipedia:portada", "strona główna",
    "-",
}  # fmt: skip
NAMESPACES = {
    "special", "wikipedia", "wikipédia", "portal", "portail", "file", "help", "category", "template", "talk", "user",
    "user talk", "draft", "mediawiki", "module", "विशेष", "विकिपीडिया", "चित्र", "প্রবেশদ্বার", "বিশেষ", "சிறப்பு", "ప్రత్యేక",
    "spezial", "spécial", "especial", "speciale", "служебная", "特別", "特殊", "خاص", "datei", "fichier", "archivo",
    "ayuda", "hilfe", "aide", "usuario", "benutzer", "utilisateur", "википедия", "ويكيبيديا", "specjalna",
}  # fmt: skip
ASIDE = re.compile(r"\s*\([^()]{1,60}\)$")
PAGE_FILE = re.compile(r".*\.(php|html?|xml|js)", re.IGNORECASE)


class Wikipedia(base.Source):
    """Views are traffic, not mentions: a whole day's, noted at that day's last hour."""

    key: ClassVar[str] = "wikipedia"
    label: ClassVar[str] = "Wikipedia"
    platform: ClassVar[str] = ""
    interval: ClassVar[dt.timedelta] = dt.timedelta(hours=6)
    counting: ClassVar[base.Counting] = base.Counting.DAY
    not_yet: ClassVar[frozenset[int]] = frozenset({404})
    options: ClassVar[tuple[base.Option, ...]] = (
        base.base_url("https://wikimedia.org"),
        base.LANGUAGE,
        base.Option("access", "all-access", f"one of {ACCESS.replace('|', ', ')}", ACCESS),
        base.Option("user_agent", base.USER_AGENT, "a name and a way to reach you, as Wikimedia asks", r"[ -~]{5,200}"),
    )

    def request(self, config: base.Config, now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask for yesterday, in UTC."""
        chosen = base.settle(config, self.options)
        yesterday = now.astimezone(dt.UTC) - dt.timedelta(days=1)
        path = (
            f"/api/rest_v1/metrics/pageviews/top/{chosen['language']}.wikipedia/{chosen['access']}/{yesterday:%Y/%m/%d}"
        )
        return [base.Request(chosen["base_url"] + path, _headers(chosen))]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the articles without main pages and Special: pages; raises NotYet for the body of the 404."""
        chosen = base.settle(config, self.options)
        document = decoding.json_document(content)
        if _is_waiting(document):
            raise base.NotYet(WAITING)
        day = next(iter(decoding.listed(document, "items")), None)
        told_day = decoding.record(day) if day is not None else {"articles": []}
        observed_at = _last_hour(told_day, now)

        def read(entry: Any, _rank: int) -> base.Item | None:
            told = decoding.record(entry)
            title = decoding.clean(str(told.get("article") or "").replace("_", " "))
            if not title or _is_furniture(title):
                return None
            short = ASIDE.sub("", title)
            return base.Item(
                title=title,
                kind=Kind.KEYWORD,
                url=_article(told.get("article"), chosen["language"]),
                language=chosen["language"],
                traffic=decoding.count_of(told.get("views")),
                rank=decoding.count_of(told.get("rank")) or None,
                observed_at=observed_at,
                names=(short,) if short and short != title else (),
            )

        return base.collect(_articles(told_day), read)


def _headers(chosen: dict[str, str]) -> dict[str, str]:
    return base.headers("application/json", user_agent=chosen["user_agent"])


def _articles(day: dict[str, Any]) -> Iterator[Any]:
    return iter(decoding.listed(day, "articles"))


def _is_waiting(document: Any) -> bool:
    if not isinstance(document, dict) or "items" in document:
        return False
    return document.get("status") == 404 or str(document.get("type", "")).endswith("not_found")


def _is_furniture(title: str) -> bool:
    plain = title.casefold()
    namespace, colon, _rest = plain.partition(":")
    return plain in MAIN_PAGES or bool(colon and namespace in NAMESPACES) or bool(PAGE_FILE.fullmatch(plain))


def _last_hour(day: dict[str, Any], now: dt.datetime) -> dt.datetime | None:
    return decoding.moment(f"{day.get('year')}-{day.get('month')}-{day.get('day')}T23:00:00+00:00", now=now)


def _article(name: Any, language: str) -> str:
    return decoding.web_address(f"https://{language}.wikipedia.org/wiki/{name}") if isinstance(name, str) else ""
