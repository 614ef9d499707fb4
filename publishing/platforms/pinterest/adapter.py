"""The Pinterest adapter: a video is uploaded first, pictures go with the pin; a lost answer is looked up."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final

import httpx
from django.utils.translation import gettext as _

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Capability,
    Clock,
    Connected,
    Media,
    Metric,
    OutcomeUnknown,
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
    TokenExpired,
    TryLater,
)
from publishing.platforms.counting import DayFigures, required
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.pinterest import counting
from publishing.platforms.pinterest.login import SCOPES, Login, refusal, token_refusal
from publishing.platforms.pinterest.pins import is_ours, new_pin, refuse_files
from publishing.platforms.signing_in import Scope, Way
from publishing.platforms.wire import UPLOAD, Answer, Wire, poll

MOST_PICTURES: Final = 5
PAGE: Final = 100
MOST_PAGES: Final = 5
CLOCKS_DIFFER: Final = timedelta(minutes=5)
BETWEEN_LOOKS: Final = 3.0
LOOKS: Final = 40
MINUTE: Final = timedelta(minutes=1)
COUNTS = {
    "impression": (Metric.IMPRESSIONS,),
    "clickthrough": (Metric.CLICKS, Metric.OUTBOUND_CLICKS),
    "pin_click": (Metric.DETAIL_CLICKS,),
    "reaction": (Metric.LIKES,),
    "comment": (Metric.COMMENTS,),
    "save": (Metric.SAVES,),
    "video_mrc_view": (Metric.VIDEO_VIEWS,),
}


class Pinterest:
    """Pins of one picture, of two to five, or of one video.

    Steps: `uploaded` {media_id} · `sending` {media_id, board} · `posted` {id, url}. Token.extra: scope, ends_at.
    """

    key: ClassVar[str] = "pinterest"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.DELETE}
    )
    safe_resend = timedelta(0)
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {
        "app_id": "PINTEREST_APP_ID",
        "app_secret": "PINTEREST_APP_SECRET",
        "url": "PINTEREST_API_URL",
        "web": "PINTEREST_WEB_URL",
    }

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        app_id: str = "",
        app_secret: str = "",
        url: str = "https://api.pinterest.com",
        web: str = "https://www.pinterest.com",
    ) -> None:
        self._wire = Wire(client, "Pinterest", clock, refusal, busy=MINUTE)
        self._clock, self._sleep = clock, sleep
        self._url, self._web = url.rstrip("/"), web.rstrip("/")
        wire = Wire(client, "Pinterest", clock, token_refusal, busy=MINUTE)
        self._login = Login(wire, clock, self._url, self._web, app_id, app_secret)

    # Signing in

    @property
    def scopes(self) -> Sequence[Scope]:
        """What we ask for."""
        return SCOPES

    @property
    def missing(self) -> Sequence[str]:
        """The settings that are empty."""
        return self._login.missing

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self._login.authorize_url(way)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """The one account of the person."""
        token = self._login.exchange(way, code)
        ends = token.extra.get("ends_at")
        ends_at = datetime.fromisoformat(ends) if ends else None
        return [Connected(token, self.profile(token), token.extra["scope"].split(), "account", ends_at)]

    def refresh(self, token: Token) -> Token:
        """The next token."""
        return self._login.refresh(token)

    def revoke(self, token: Token) -> None:
        """Nothing: Pinterest has no such call; the person takes the app off in its settings there."""

    def profile(self, token: Token) -> Profile:
        """The account."""
        account = self._call("GET", "/user_account", token).fields()
        name = str(account.get("username") or "")
        if not name:
            raise TryLater("Pinterest did not say whose account this is. We try again.")
        return Profile(
            id=str(account.get("id") or name),
            handle=f"@{name}",
            name=str(account.get("business_name") or name),
            url=f"{self._web}/{name}/",
            avatar=str(account.get("profile_image") or ""),
            followers=account.get("follower_count"),
            following=account.get("following_count"),
            posts=account.get("pin_count"),
        )

    # Publishing

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Find the board, upload the video and wait until it is processed, then make the pin."""
        if resume is not None and resume.name == POSTED:
            return _published(resume.data)
        refuse_files(kit)
        refuse_what_cannot_fit(kit, key=self.key, most=MOST_PICTURES)
        known = dict(resume.data) if resume else {}
        board = str(known.get("board") or self._board(str(kit.options.get("board") or ""), token))
        media_id = ""
        if kit.media[0].is_video:
            media_id = self._video(kit.media[0], token, record, str(known.get("media_id") or ""))
        body = new_pin(kit, board=board, media_id=media_id)
        record(Step(SENDING, {"media_id": media_id, "board": board}))
        fields = self._call("POST", "/pins", token, final=True, json=body).fields()
        if "id" not in fields:
            raise OutcomeUnknown("Pinterest took the pin but did not say where it is. We look for it.")
        named = self._named(fields)
        record(Step(POSTED, named))
        return _published(named)

    def _named(self, pin: Mapping[str, Any]) -> dict[str, str]:
        return {"id": str(pin["id"]), "url": f"{self._web}/pin/{pin['id']}/"}

    def _board(self, wanted: str, token: Token) -> str:
        """The id of the board that was named, or of the first one."""
        names: list[str] = []
        for board in self._listed("/boards", token):
            name = str(board.get("name") or "")
            if not wanted or wanted in {str(board["id"]), name} or wanted.casefold() == name.casefold():
                return str(board["id"])
            names.append(name)
        if not names:
            raise Rejected(_("This account has no board. Make one on Pinterest first."), code="board")
        message = _("There is no board called “%(name)s”. There are: %(names)s.")
        raise Rejected(message % {"name": wanted, "names": ", ".join(names[:8])}, code="board")

    def _video(self, media: Media, token: Token, record: Record, known: str) -> str:
        """The id of the processed video, uploaded anew where an earlier one is not known any more."""
        if not known or not self._await(known, token):
            known = self._upload(media, token)
            record(Step("uploaded", {"media_id": known}))
            if not self._await(known, token):
                raise Rejected(_("Pinterest could not process the video. Try again, or attach another."), code="media")
        return known

    def _upload(self, media: Media, token: Token) -> str:
        opened = self._call("POST", "/media", token, json={"media_type": "video"}).fields()
        address, parameters = str(opened.get("upload_url") or ""), opened.get("upload_parameters")
        if not address or not isinstance(parameters, dict) or "media_id" not in opened:
            raise TryLater("Pinterest opened no place for the video. Nothing was published; we try again.")
        fields = {name: str(value) for name, value in parameters.items()}
        with media.path.open("rb") as file:
            files = {"file": (media.path.name, file, media.mime)}
            # The place is signed by itself; our token is none of its business.
            hide = (token.access, *fields.values())
            self._wire.call("POST", address, hide=hide, data=fields, files=files, timeout=UPLOAD, takes={200, 201, 204})
        return str(opened["media_id"])

    def _await(self, media_id: str, token: Token) -> bool:
        """Wait until the video is processed; False when Pinterest does not know it, or could not."""
        seen = ""

        def done() -> bool:
            nonlocal seen
            seen = str(self._call("GET", f"/media/{media_id}", token).fields().get("status"))
            return seen in {"succeeded", "failed"}

        message = "Pinterest is still processing the video. The pin is made when it is done."
        try:
            poll(done, sleep=self._sleep, every=BETWEEN_LOOKS, times=LOOKS, message=message, after=MINUTE)
        except Rejected as refused:
            if refused.code == "404":
                return False
            raise
        return seen == "succeeded"

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """The account's newest pin since then with the same words."""
        if resume is not None and resume.name == POSTED:
            return _published(resume.data)
        board = str(resume.data.get("board") or "") if resume else ""
        for pin in self._listed("/pins", token):
            if _made_at(pin) < since - CLOCKS_DIFFER:
                continue
            if is_ours(pin, kit) and board in {"", str(pin.get("board_id"))}:
                return _published(self._named(pin))
        return None

    def _listed(self, path: str, token: Token) -> Iterator[dict[str, Any]]:
        params: dict[str, Any] = {"page_size": PAGE}
        for _page in range(MOST_PAGES):
            fields = self._call("GET", path, token, params=params).fields()
            yield from (one for one in fields.get("items") or [] if isinstance(one, dict))
            if not fields.get("bookmark"):
                return
            params["bookmark"] = fields["bookmark"]

    # Afterwards

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Lifetime counts by pin."""
        found: dict[str, PostCounts] = {}
        for pin_id in ids:
            try:
                pin = self._call("GET", f"/pins/{pin_id}", token, params={"pin_metrics": "true"}).fields()
            except Rejected as refused:
                if refused.code == "404":
                    continue
                raise
            told = (pin.get("pin_metrics") or {}).get("lifetime_metrics") or {}
            counts = {
                metric.value: told[name]
                for name, metrics in COUNTS.items()
                for metric in metrics
                if isinstance(told.get(name), int)
            }
            found[pin_id] = PostCounts(counts)
        return found

    @property
    def history(self) -> timedelta:
        """How far back days are told."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """Pinterest cuts days at midnight UTC."""
        return "UTC"

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (a token is of one account)
        """How the account stands now."""
        return self._days(token).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:  # noqa: ARG002
        """Days that are over, of business accounts."""
        return self._days(token).past(first, last)

    def _days(self, token: Token | None) -> counting.Days:
        signed = required(token)

        def call(path: str, params: Mapping[str, Any]) -> dict[str, Any]:
            return self._call("GET", path, signed, params=dict(params)).fields()

        return counting.Days(call, self._clock, self._web)

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Delete the pin; one that is gone already is no error."""
        try:
            self._call("DELETE", f"/pins/{platform_id}", token)
        except Rejected as refused:
            if refused.code != "404":
                raise

    def _call(self, method: str, path: str, token: Token, **request: Any) -> Answer:
        """A 401 of a token that could be renewed is no answer about the account yet."""
        try:
            return self._wire.call(method, f"{self._url}/v5{path}", token=token.access, hide=token.secrets, **request)
        except SignInAgain as error:
            if token.refresh and token.expires_at and token.expires_at <= self._clock():
                raise TokenExpired("The sign-in to Pinterest ran out; it is renewed.") from error
            raise


def _made_at(pin: Mapping[str, Any]) -> datetime:
    try:
        made = datetime.fromisoformat(str(pin.get("created_at")))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _published(named: Mapping[str, Any]) -> Published:
    return Published(str(named["id"]), str(named["url"]), {"id": named["id"]})
