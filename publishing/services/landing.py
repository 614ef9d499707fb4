"""One row of a plan brought as a file: what it means, why it cannot be taken, and the post it becomes."""

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.models import Membership
from content.models import ContentAsset, GeneratedContent
from content.services import handwritten
from content.services.handwritten import Words
from publishing.models import PlanImport, PlatformConnection, ScheduledPost
from publishing.platforms import platform_keys
from publishing.services import posts
from publishing.sheets import Row
from publishing.walltime import UnknownZone, resolve
from trenddrop.core.catalogue import badge
from trenddrop.core.platforms import written_hashtags

YES = frozenset({"yes", "y", "true", "1", "x", "draft", "ja", "oui", "sí", "si", "हाँ", "हां"})
LONGEST_TEXT = 60_000
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})[.](\d{1,2})[.](\d{4})")
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
HOUR = re.compile(r"(\d{1,2})\s*([ap]\.?m\.?)", re.IGNORECASE)
SPLIT_WHEN = re.compile(r"(?:T|\s)+(?=\d{1,2}[:.]\d{2}|\d{1,2}\s*[ap])", re.IGNORECASE)
NAMES = re.compile(r"[\s,]+")

Value = TypeVar("Value")


class RowRefused(Exception):
    """The row cannot be planned as it stands: every reason, in words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True)
class Meant:
    """What a row means. `asset`: None for words alone."""

    at_local: dt.datetime
    zone: str
    account: PlatformConnection
    words: Words
    asset: ContentAsset | None
    is_draft: bool
    note: str = ""


@dataclass
class Reader:
    """What rows are read against, asked once for the whole file: accounts, files of the library. Call in scope."""

    plan: PlanImport
    by: Membership
    now: dt.datetime
    _assets: dict[str, ContentAsset | None] = field(default_factory=dict)

    @cached_property
    def accounts(self) -> dict[str, list[PlatformConnection]]:
        """Accounts by their handle and name as people write them."""
        rows = PlatformConnection.objects.visible_to(self.by).exclude(status=PlatformConnection.Status.REMOVED)
        if self.plan.client_id:
            rows = rows.filter(client_id=self.plan.client_id) | rows.filter(client=None)
        found: dict[str, list[PlatformConnection]] = defaultdict(list)
        for account in rows.order_by("platform", "pk"):
            for name in {_bare(account.handle), _bare(account.display_name), str(account.pk)} - {""}:
                found[name].append(account)
        return found

    def read(self, row: Row) -> Meant:
        """Return what the row means; raise RowRefused with every reason there is."""
        reasons: list[str] = []
        at_local = _tried(reasons, lambda: _when(row))
        zone = row.get("timezone") or self.plan.timezone
        note = ""
        if at_local is not None:
            note = _tried(reasons, lambda: self._moment(at_local, zone)) or ""
        account = _tried(reasons, lambda: self._account(row))
        asset = _tried(reasons, lambda: self._asset(row)) if row.get("asset") else None
        words = _tried(reasons, lambda: _words(row))
        if reasons or at_local is None or account is None or words is None:
            raise RowRefused(reasons)
        is_draft = self.plan.as_drafts or row.get("draft").casefold() in YES
        return Meant(at_local, zone, account, words, asset, is_draft, note)

    def _moment(self, at_local: dt.datetime, zone: str) -> str:
        """Return what daylight saving does to it; raise RowRefused."""
        try:
            moment = posts.plan_for(at_local, zone, now=self.now)
        except (posts.CannotPlan, UnknownZone) as error:
            raise RowRefused([str(error)]) from error
        return moment.note

    def _account(self, row: Row) -> PlatformConnection:
        said, platform = row.get("account"), _platform(row.get("platform"))
        if not said:
            raise RowRefused([_("No account is named.")])
        found = self.accounts.get(_bare(said), []) or self.accounts.get(said.casefold(), [])
        fit = [account for account in found if platform in {"", account.platform}]
        if not fit:
            words = (
                _("No connected account is called “%(name)s”.")
                if not found
                else _("“%(name)s” is not connected on %(platform)s.")
            )
            raise RowRefused([words % {"name": said[:80], "platform": row.get("platform")[:40]}])
        if len(fit) > 1:
            names = ", ".join(sorted({str(badge(account.platform).name) for account in fit}))
            words = _("“%(name)s” is connected more than once (%(platforms)s). Name the platform in its column.")
            raise RowRefused([words % {"name": said[:80], "platforms": names}])
        if fit[0].status != PlatformConnection.Status.ACTIVE:
            raise RowRefused([str(posts.AccountNotReady(fit[0]))])
        return fit[0]

    def _asset(self, row: Row) -> ContentAsset:
        said = row.get("asset")
        if said not in self._assets:
            self._assets[said] = self._found(said)
        asset = self._assets[said]
        if asset is None:
            raise RowRefused([_("There is nothing in the library called “%(name)s”.") % {"name": said[:80]}])
        return asset

    def _found(self, said: str) -> ContentAsset | None:
        rows = ContentAsset.objects.visible_to(self.by).filter(deleted_at=None)
        if self.plan.client_id:
            rows = rows.filter(client_id=self.plan.client_id)
        try:
            return rows.filter(pk=uuid.UUID(said)).first()
        except ValueError:
            found = list(rows.filter(title__iexact=said).order_by("pk")[:2])
        if len(found) > 1:
            words = _("Several files of the library are called “%(name)s”. Write the identifier in its place.")
            raise RowRefused([words % {"name": said[:80]}])
        return found[0] if found else None

    def twin(self, meant: Meant) -> ScheduledPost | None:
        """Return a post that says the same there at that time already: a file that is brought twice lands once."""
        instant = resolve(meant.at_local, meant.zone).instant
        rows = ScheduledPost.objects.visible_to(self.by).filter(connection=meant.account, scheduled_for=instant)
        kept = meant.words.stored()
        same = rows.filter(piece__text=kept["text"], piece__title=kept["title"], piece__hashtags=kept["hashtags"])
        return same.exclude(status=ScheduledPost.Status.CANCELLED).first()


def land(row: Row, reader: Reader) -> ScheduledPost:
    """Make the post of one row; raise RowRefused, LimitReached, and CannotPlan in its forms, with nothing kept."""
    plan, by = reader.plan, reader.by
    if landed := ScheduledPost.objects.filter(plan_import=plan, import_row=row.number).first():
        return landed
    meant = reader.read(row)
    if reader.twin(meant):
        raise RowRefused([_("The same post is planned there at that time already. It is sent once.")])
    asset, account = meant.asset, meant.account
    if asset is None:
        asset = handwritten.keep_original(
            text=meant.words.text,
            title=meant.words.title,
            client_id=plan.client_id or account.client_id,
            brand=None,
            by=by,
        )
    if account.client_id not in {None, asset.client_id}:
        raise RowRefused([_("The account and the file belong to different clients.")])
    piece: GeneratedContent = handwritten.write(
        asset, platform=account.platform, words=meant.words, by=by, is_foretold=False
    )
    return posts.schedule(
        piece,
        connection=account,
        at_local=meant.at_local,
        zone=meant.zone,
        by=by,
        now=reader.now,
        as_draft=meant.is_draft,
        marks=posts.Marks(plan_import=plan, import_row=row.number),
    )


def _tried(reasons: list[str], read: Callable[[], Value]) -> Value | None:
    try:
        return read()
    except RowRefused as error:
        reasons += error.reasons
        return None


def _bare(name: str) -> str:
    return name.strip().lstrip("@").casefold()


def _platform(said: str) -> str:
    """Return the key of a platform by its key or name; what is none stays as it was said."""
    wanted = said.strip().casefold()
    names = {str(badge(key).name).casefold(): key for key in platform_keys()}
    return names.get(wanted, wanted)


def _words(row: Row) -> Words:
    text = row.get("text")
    if not text and not row.get("asset") and not row.get("title"):
        raise RowRefused([_("There is nothing to post: neither text nor file.")])
    if len(text) > LONGEST_TEXT:
        raise RowRefused([_("The text is longer than %(most)s letters.") % {"most": LONGEST_TEXT}])
    return Words(
        text=text,
        title=row.get("title"),
        hashtags=written_hashtags(row.get("hashtags"))[:60],
        call_to_action=row.get("call to action"),
        mentions=[name for name in NAMES.split(row.get("mentions")) if name.strip("@")][:30],
        alt_text=row.get("alt text"),
    )


# What clocks and calendars say


def _when(row: Row) -> dt.datetime:
    day, clock = row.get("date"), row.get("time")
    if row.get("when"):
        day, _sep, clock = SPLIT_WHEN.sub("\n", row.get("when").strip(), count=1).partition("\n")
    elif not clock and len(parts := SPLIT_WHEN.split(day.strip(), maxsplit=1)) == 2:
        day, clock = parts
    if not day or not clock:
        raise RowRefused([_("Day and time are both needed.")])
    return dt.datetime.combine(_day(day.strip()), _clock(clock.strip()))


def _day(said: str) -> dt.date:
    if found := ISO.fullmatch(said):
        return _date(said, *map(int, found.groups()))
    if found := DAY_FIRST.fullmatch(said):
        day, month, year = map(int, found.groups())
        return _date(said, year, month, day)
    if found := SLASHED.fullmatch(said):
        first, second, year = map(int, found.groups())
        if first <= 12 and second <= 12 and first != second:
            words = _("“%(said)s” can be two days. Write %(one)s or %(other)s.")
            told = {"one": f"{year}-{second:02}-{first:02}", "other": f"{year}-{first:02}-{second:02}"}
            raise RowRefused([words % ({"said": said} | told)])
        return _date(said, year, second, first) if second <= 12 else _date(said, year, first, second)
    raise RowRefused([_("“%(said)s” is no day we can read. Write it as 2026-12-24.") % {"said": said[:40]}])


def _date(said: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise RowRefused([_("There is no such day: “%(said)s”.") % {"said": said[:40]}]) from error


def _clock(said: str) -> dt.time:
    zoneless = said.removesuffix("Z") if said.endswith("Z") else said
    found = CLOCK.fullmatch(zoneless)
    hour, minute, half = (int(found[1]), int(found[2]), found[3]) if found else (0, 0, None)
    if not found and (bare := HOUR.fullmatch(zoneless)):
        found, hour, half = bare, int(bare[1]), bare[2]
    try:
        if found is None or said.endswith("Z") or (half and not 1 <= hour <= 12):
            raise ValueError(said)
        if half:
            hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
        return dt.time(hour, minute)
    except ValueError as error:
        words = _("“%(said)s” is no time we can read. Write it as 09:30; the zone has a column of its own.")
        raise RowRefused([words % {"said": said[:40]}]) from error
