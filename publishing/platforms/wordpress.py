"""WordPress 5.6 or later, through its own REST API: an article with its pictures, found again by its slug."""

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import httpx
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Capability,
    Clock,
    Connected,
    Media,
    PlatformError,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    SignInAgain,
    Sleep,
    Step,
    Token,
)
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.signing_in import Entry
from publishing.platforms.wire import UPLOAD, Answer, Wire, chunks, origin, present

MOST_FILES = 20
STATUS = {"public": "publish", "private": "private"}
SHUT_OUT = frozenset({"rest_not_logged_in", "rest_cannot_create", "rest_cannot_edit", "incorrect_password"})
LINK = re.compile(r"https?://[^\s<]+[^\s<.,;:!?)]")


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer `{"code", "message", "data": {"status"}}`."""
    told = answer.fields()
    code, words = str(told.get("code") or answer.status), _plain(str(told.get("message") or f"HTTP {answer.status}"))
    if answer.status == 401 or code in SHUT_OUT:
        return SignInAgain(f"This site does not let us in any more ({words}). Connect it again.")
    if answer.status == 413:
        return Rejected("The file is larger than this site takes. Make it smaller.", code="media_too_big")
    return Rejected(f"This site does not take it: {words}", code=code)


class WordPress:
    """One article: the text in paragraphs, files above it, the first picture as its featured one.

    Steps: `uploaded` {files: [[id, address, mime], …]} · `sending` {the same} · `posted` {the same, id, url}. The slug
    is made of title and key, so the article is found by it; WordPress would give a second one another slug, so nothing
    is sent again unlooked. Token: access = an application password; extra: site, user.
    """

    key: ClassVar[str] = "wordpress"
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.PUBLISH, Capability.DELETE})
    safe_resend = timedelta(0)
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {}
    entries: ClassVar[Sequence[Entry]] = (
        Entry("site", gettext_lazy("Address of the site"), placeholder="https://kesarnaturals.in"),
        Entry("user", gettext_lazy("User name"), gettext_lazy("Somebody who may publish: an author, editor or more.")),
        Entry(
            "password",
            gettext_lazy("Application password"),
            gettext_lazy("In WordPress: Users, Profile, Application Passwords. You can take it back there."),
            secret=True,
            placeholder="abcd EFGH 1234 ijkl MNOP 6789",
        ),
    )

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,  # noqa: ARG002 (nothing is processed that one would wait for)
    ) -> None:
        self._wire = Wire(client, "WordPress", clock, refusal)

    # Connecting

    def enter(self, typed: Mapping[str, str]) -> Connected:
        """Ask whose password it is, and whether they may publish."""
        site = origin(typed.get("site", ""))
        token = Token(typed.get("password", "").strip(), extra={"site": site, "user": typed.get("user", "").strip()})
        try:
            profile, may = self._who(token)
        except SignInAgain as error:
            message = _("The site does not take this user name with this application password.")
            raise Rejected(message, code="password") from error
        if not may.get("publish_posts"):
            raise Rejected(_("This user may not publish there. Ask the site's administrator."), code="rights")
        return Connected(token, profile, kind="site", service=site)

    def profile(self, token: Token) -> Profile:
        """The site, as the user who writes there."""
        return self._who(token)[0]

    def _who(self, token: Token) -> tuple[Profile, Mapping[str, Any]]:
        user = self._call("GET", token, "users/me", params={"context": "edit"}).fields()
        site = token.extra["site"]
        host = site.partition("://")[2]
        profile = Profile(f"{site}#{user['id']}", f"{user['slug']}@{host}", str(user.get("name") or host), site)
        return profile, user.get("capabilities") or {}

    def refresh(self, token: Token) -> Token:
        """Application passwords have no end."""
        return token

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Upload what is not there yet, then publish the article; one that was named is asked for."""
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return _published(known)
        refuse_what_cannot_fit(kit, key=self.key, most=MOST_FILES)
        files = self._files(kit, token, known, record)
        record(Step(SENDING, {"files": files}))
        made = self._call("POST", token, "posts", json=article(kit, files), final=True).fields()
        named = {"files": files, "id": str(made["id"]), "url": str(made.get("link") or "")}
        record(Step(POSTED, named))
        return _published(named)

    def _files(self, kit: PublishKit, token: Token, known: Mapping[str, Any], record: Record) -> list[list[Any]]:
        files = [list(each) for each in known.get("files", [])]
        for media in kit.media[len(files) :]:
            files.append(self._upload(media, token))
            record(Step("uploaded", {"files": list(files)}))
        return files

    def _upload(self, media: Media, token: Token) -> list[Any]:
        """Send one file, then its words for those who cannot see it; the id, address and type of what stands there."""
        headers = {
            "Content-Type": media.mime,
            "Content-Length": str(present(media.path)),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(media.path.name)}",
        }
        made = self._call("POST", token, "media", content=chunks(media.path), headers=headers, timeout=UPLOAD).fields()
        if media.alt:
            self._call("POST", token, f"media/{made['id']}", json={"alt_text": media.alt})
        return [made["id"], str(made["source_url"]), media.mime]

    def find_published(
        self,
        kit: PublishKit,
        *,
        token: Token,
        since: datetime,  # noqa: ARG002 (a slug is found whenever it was made)
        resume: Step | None = None,
    ) -> Published | None:
        """The article of this id, or of this very slug."""
        if resume and resume.name == POSTED:
            return self._standing(str(resume.data["id"]), token)
        asked = {"slug": slug(kit), "status": "publish,private", "context": "edit"}
        found = self._call("GET", token, "posts", params=asked).json()
        rows = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        return next((_published({"id": str(row["id"]), "url": str(row.get("link") or "")}) for row in rows), None)

    def _standing(self, post_id: str, token: Token) -> Published | None:
        answer = self._call("GET", token, f"posts/{post_id}", params={"context": "edit"}, takes={404, 410})
        row = answer.fields()
        if answer.status != 200 or row.get("status") not in STATUS.values():
            return None
        return _published({"id": str(row["id"]), "url": str(row.get("link") or "")})

    # Afterwards

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:  # noqa: ARG002
        """WordPress itself counts nothing."""
        return {}

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take the article down for good; its files stay in the site's library."""
        self._call("DELETE", token, f"posts/{platform_id}", params={"force": "true"}, takes={404, 410})

    def _call(self, method: str, token: Token, path: str, **request: Any) -> Answer:
        pair = base64.b64encode(f"{token.extra['user']}:{token.access}".encode()).decode()
        request["headers"] = {"Authorization": f"Basic {pair}"} | request.get("headers", {})
        hide = (pair, token.access)
        return self._wire.call(method, f"{token.extra['site']}/wp-json/wp/v2/{path}", hide=hide, **request)


def slug(kit: PublishKit) -> str:
    """The last part of the article's address: readable, and of this kit only."""
    return f"{slugify(kit.title)[:60]}-{hashlib.sha256(kit.key.encode()).hexdigest()[:12]}".lstrip("-")


def article(kit: PublishKit, files: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The article as WordPress takes it."""
    pictures = [file_id for file_id, _address, mime in files if mime.startswith("image/")]
    return {
        "title": kit.title,
        "content": "\n".join([*_figures(kit, files), *paragraphs(kit.text)]),
        "slug": slug(kit),
        "status": STATUS[kit.options.get("privacy", "public")],
        "comment_status": "open" if kit.options.get("comments", True) else "closed",
        **({"featured_media": pictures[0]} if pictures else {}),
    }


def paragraphs(text: str) -> list[str]:
    """The text as HTML, its addresses as links."""
    return [f"<p>{_linked(part)}</p>" for part in re.split(r"\n{2,}", text.strip()) if part]


def _linked(text: str) -> str:
    safe = html.escape(text, quote=False).replace("\n", "<br>")
    return LINK.sub(lambda found: f'<a href="{html.escape(found[0])}">{found[0]}</a>', safe)


def _figures(kit: PublishKit, files: Sequence[Sequence[Any]]) -> list[str]:
    found = []
    for media, (_id, address, mime) in zip(kit.media, files, strict=False):
        src = html.escape(address)
        inside = f'<video controls src="{src}"></video>'
        if not mime.startswith("video/"):
            inside = f'<img src="{src}" alt="{html.escape(media.alt)}">'
        found.append(f"<figure>{inside}</figure>")
    return found


def _published(known: Mapping[str, Any]) -> Published:
    return Published(str(known["id"]), str(known["url"]))


def _plain(words: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", words)).strip()
