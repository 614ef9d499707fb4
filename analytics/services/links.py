"""Commands on counted links: make, change, pause."""

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import ClientAccount, Membership
from analytics.clicks import MARKS, is_target
from analytics.models import ShortLink
from content.models import GeneratedContent
from publishing.models import ScheduledPost

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are read as another
LENGTH = 7
TRIES = 5
CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])")
LONGEST_MARK = 120
Of = ScheduledPost | GeneratedContent | ClientAccount | None


class CannotLink(Exception):
    """The link stays as it is; the message says why."""


def make(
    url: str,
    *,
    by: Membership,
    of: Of = None,
    code: str = "",
    title: str = "",
    utm: Mapping[str, str] | None = None,
    expires_at: dt.datetime | None = None,
) -> ShortLink:
    """Make a link that counts: of a post, a piece, a client, or of the house. Raises CannotLink."""
    post = of if isinstance(of, ScheduledPost) else None
    piece = post.piece if post else of if isinstance(of, GeneratedContent) else None
    _check_target(url)
    given = {name: value for name, value in (utm or {}).items() if value}
    row = ShortLink(
        organization_id=by.organization_id,
        client_id=of.pk if isinstance(of, ClientAccount) else of.client_id if of else by.client_id,
        brand_id=piece.asset.brand_id if piece else None,
        piece=piece,
        post=post,
        url=url,
        utm=_clean({**usual_marks(of), **given}),
        title=title[:200],
        expires_at=expires_at,
        made_by=by.user,
    )
    with transaction.atomic():
        _give_code(row, code)
        audit.record("short_link.made", row, organization_id=row.organization_id, by=by, url=url)
    return row


def change(
    link: ShortLink,
    *,
    by: Membership,
    url: str,
    title: str,
    utm: Mapping[str, str],
    expires_at: dt.datetime | None,
    is_active: bool,
) -> ShortLink:
    """Let a link lead elsewhere, end at another time, or rest. Its code and what it counted stay. Raises CannotLink."""
    _check_target(url)
    values = {
        "url": url, "title": title[:200], "utm": _clean(utm), "expires_at": expires_at, "is_active": is_active,
    }  # fmt: skip
    changes = {name: [getattr(link, name), value] for name, value in values.items() if getattr(link, name) != value}
    if not changes:
        return link
    for name, value in values.items():
        setattr(link, name, value)
    with transaction.atomic():
        link.save(update_fields=[*changes, "updated_at"])
        audit.record("short_link.changed", link, organization_id=link.organization_id, by=by, changes=changes)
    return link


def address(link: ShortLink) -> str:
    """Return what is given to people."""
    return f"{settings.SITE_URL.rstrip('/')}/l/{link.code}"


def usual_marks(of: Of) -> dict[str, str]:
    """Return the marks a link of a post or piece gets when nobody says otherwise."""
    if of is None or isinstance(of, ClientAccount):
        return {}
    piece = of.piece if isinstance(of, ScheduledPost) else of
    platform = of.connection.platform if isinstance(of, ScheduledPost) else of.platform
    campaign = slugify(piece.asset.title)[:60].strip("-")
    return _clean({"source": platform, "medium": "social" if platform else "", "campaign": campaign})


def _clean(utm: Mapping[str, str]) -> dict[str, str]:
    if unknown := set(utm) - set(MARKS):
        raise CannotLink(_("There is no mark called %(name)s.") % {"name": min(unknown)})
    return {name: str(utm[name]).strip()[:LONGEST_MARK] for name in MARKS if str(utm.get(name) or "").strip()}


def _check_target(url: str) -> None:
    if not is_target(url):
        raise CannotLink(_("A link leads to an address that begins with http:// or https:// and names a site."))
    here, there = urlsplit(settings.SITE_URL), urlsplit(url)
    if (there.hostname, there.port) == (here.hostname, here.port) and there.path.startswith("/l/"):
        raise CannotLink(_("This is a counted link already; a link to it would lead in a circle."))


def _give_code(row: ShortLink, code: str) -> None:
    """Save the row under the code that was asked for, or under a new one; codes are of everybody together."""
    wanted = code.strip().lower()
    if wanted and not CODE.fullmatch(wanted):
        raise CannotLink(_("An ending is of 3 to 40 letters, digits and hyphens."))
    for _try in range(TRIES):
        row.code = wanted or "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            if "code" not in str(error):
                raise
            if wanted:
                raise CannotLink(_("This ending is taken. Choose another, or leave it empty.")) from error
        else:
            return
    raise CannotLink(_("No free ending was found. Try again."))
