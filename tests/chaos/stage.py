"""One platform with one account, posts planned on it one after the other, and beat's rounds in fast time."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import F

from accounts import tenancy
from content.models import ContentAsset, GeneratedContent
from publishing.delivery import addresses
from publishing.delivery.pacing import SETTLE_AFTER
from publishing.models import PlatformConnection, PublishAttempt, QuotaUse, ScheduledPost
from tests.cast import Cast
from tests.chaos import flows
from tests.chaos.fast_clock import FastClock
from tests.chaos.processes import Nursery, Worker
from tests.chaos.row import Row
from tests.chaos.traps import Trap, lay, nothing
from tests.peers.wire import Request, Response, Server
from tests.publishing.conftest import make_connection, make_piece, make_post
from tests.publishing.platforms.bench import MP4, PNG
from trenddrop.schedule import SCHEDULE

Status = ScheduledPost.Status
ROUNDS = ("publish what is due", "sweep lost posts")
MOST_ROUNDS = 60
PATIENCE = 15.0
FILES = {"picture": ("image/png", PNG, "harvest.png"), "video": ("video/mp4", MP4, "harvest.mp4")}
TWO_DAYS = dt.timedelta(days=2)
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


class FileHost(Server):
    """Serves the public addresses of files, for platforms that fetch them themselves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__(self._file)

    def _file(self, request: Request) -> Response:
        place = addresses.opened(request.path.split("/")[-2])
        return Response(200, (self._folder / place.name).read_bytes(), {"Content-Type": place.mime})


@dataclass
class Stage:
    """Where runs happen."""

    row: Row
    cast: Cast
    clock: FastClock
    nursery: Nursery
    server: Server
    connection: PlatformConnection
    media: Path
    files: "FileHost"
    pieces: Mapping[str, GeneratedContent]
    runs: int = 0
    crew: list[Worker] = field(default_factory=list)
    steady: Worker | None = None
    begun: dt.datetime = NEVER
    stood: int = 0

    # Setting out

    def lay(self, trap: Trap) -> Trap:
        """Put a trap on the platform's servers."""
        lay(self.row.servers(self.server), trap)
        return trap

    def plan(self, flow: str) -> ScheduledPost:
        """Plan one more post, due now, on a connection that nothing holds back."""
        self.runs += 1
        self.clock.offset = 0.0
        self.begun = self.clock()
        self.stood = self.row.standing(self.server)
        how = flows.read(flow)
        words = self.words(self.marks(flow)[0])
        with self.scope():
            PlatformConnection.objects.update(hold_until=None, refreshing_until=None, status="active", allowance={})
            QuotaUse.objects.all().delete()
            ScheduledPost.objects.update(scheduled_for=F("scheduled_for") - TWO_DAYS)  # no run uses up another's caps
            post = make_post(
                self.pieces[how.files],
                self.connection,
                at=self.begun + flows.LATER if how.held else self.begun,
                next_try_at=self.begun,
                text=words,
                metadata=self.metadata(flow),
            )
        return self._waited(post) if how.held == "settled" else post

    def _waited(self, post: ScheduledPost) -> ScheduledPost:
        """Have it handed over, and wait for its time."""
        assert self._steady().do(str(SCHEDULE["publish what is due"]["task"]))
        handed = self.now(post)
        assert handed.status == Status.HANDED, f"{self.row} does not hold it: {handed.status}, {handed.error}"
        self.clock.go_to(handed.scheduled_for + SETTLE_AFTER)
        return handed

    def marks(self, flow: str) -> list[str]:
        """The words by which what this run posts is known on the server: the post, its parts, its comment."""
        parts = 3 if flow == "thread" else 1
        marks = [f"run{self.runs:05d}part{number}" for number in range(parts)]
        return [*marks, self.comment_mark] if flows.read(flow).has_comment else marks

    @property
    def comment_mark(self) -> str:
        """The word in this run's first comment."""
        return f"run{self.runs:05d}comment"

    @staticmethod
    def words(mark: str) -> str:
        """A text that bears a mark."""
        return f"Saffron harvest, {mark} #saffron"

    def metadata(self, flow: str) -> dict[str, Any]:
        """What is remembered of the piece with the post."""
        how = flows.read(flow)
        comment = {"first_comment": self.words(self.comment_mark)} if how.has_comment else {}
        form = {"post_as": how.form} if how.form else {}
        parts = [self.words(mark) for mark in self.marks(flow)] if flow == "thread" else []
        return {
            "include_media": how.files in FILES,
            "alt_text": "Crocus flowers",
            "language": "en",
            "options": {**self.row.options, **comment, **form},
            "parts": parts,
        }

    def worker(self, *, patience: float = PATIENCE) -> Worker:
        """Start one more worker."""
        made = self._hire(patience)
        self.crew.append(made)
        return made

    def _hire(self, patience: float = PATIENCE) -> Worker:
        told = {
            "PUBLISHING_PLATFORMS": {self.row.key: self.row.adapter},
            "MEDIA_ROOT": str(self.media),
            "MEDIA_PUBLIC_URL": self.files.url,
            **self.row.settings(self.server),
        }
        return self.nursery.worker(told, patience=patience)

    def _steady(self) -> Worker:
        """The worker of all runs, to which nothing happens."""
        self.steady = self.steady or self._hire()
        return self.steady

    def dismiss(self) -> None:
        """End this run's workers."""
        for worker in self.crew:
            worker.end()
        self.crew.clear()
        self.lay(Trap(-1, nothing))

    def close(self) -> None:
        """End the worker of all runs."""
        if self.steady:
            self.steady.end()
        self.files.stop()

    # Looking

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Read and write as Kesar."""
        with tenancy.of_organization(self.cast.kesar.pk):
            yield

    def now(self, post: ScheduledPost) -> ScheduledPost:
        """The post as it stands."""
        with self.scope():
            return ScheduledPost.objects.select_related("connection").get(pk=post.pk)

    def attempts(self, post: ScheduledPost) -> list[PublishAttempt]:
        """Every try, oldest first."""
        with self.scope():
            return list(PublishAttempt.objects.filter(post=post))

    def copies(self, flow: str) -> list[int]:
        """How often each thing this run posts stands on the server."""
        if not flows.read(flow).has_words:
            return [self.row.standing(self.server) - self.stood]
        return [self.row.copies(self.server, mark, of_comment=mark == self.comment_mark) for mark in self.marks(flow)]

    # Beat

    def rounds(self, post: ScheduledPost, *, until: dt.datetime) -> ScheduledPost:
        """Let beat ring until the post has come to rest, jumping over the time in which nothing can happen."""
        steady = self._steady()
        found = self.now(post)
        for _ in range(MOST_ROUNDS):
            wake = self._wake(found)
            if wake is None or wake > until:
                return found
            moment, tasks = self._next_ring(max(wake, self.clock()))
            self.clock.go_to(moment)
            for task in tasks:
                if not steady.do(task):
                    raise AssertionError(f"the worker died over {task}")
            found = self.now(post)
        raise AssertionError(f"no rest after {MOST_ROUNDS} rounds: {found.status}, {found.error}")

    def _wake(self, post: ScheduledPost) -> dt.datetime | None:
        """When something can next happen to it; None when it has come to rest."""
        if post.status == Status.PUBLISHING:
            return post.lease_until
        if post.status not in {Status.SCHEDULED, Status.UNCONFIRMED, Status.HANDED} or post.next_try_at is None:
            return None
        return max(
            post.next_try_at, post.lease_until or post.next_try_at, post.connection.hold_until or post.next_try_at
        )

    def _next_ring(self, wake: dt.datetime) -> tuple[dt.datetime, Sequence[str]]:
        """Beat's next ring at or after a moment: each task has its own beat since the run began."""
        rings: dict[dt.datetime, list[str]] = {}
        for name in ROUNDS:
            every = SCHEDULE[name]["schedule"]
            beats = -((self.begun - wake) // every)
            rings.setdefault(self.begun + max(beats, 0) * every, []).append(SCHEDULE[name]["task"])
        first = min(rings)
        return first, rings[first]


def setting_out(row: Row, cast: Cast, clock: FastClock, nursery: Nursery, server: Server, media: Path) -> Stage:
    """Connect an account and store what is posted."""
    (media / "assets").mkdir(parents=True, exist_ok=True)
    token = row.token(server)
    with tenancy.of_organization(cast.kesar.pk):
        connection = make_connection(
            cast.kesar,
            platform=row.key,
            access_token=token.access,
            refresh_token=token.refresh,
            expires_at=token.expires_at,
            extra=dict(token.extra),
            service_url=server.url,
        )
        pieces = {"words": make_piece(cast.kesar, platform=row.key)}
        for kind, (mime, content, name) in FILES.items():
            (media / "assets" / name).write_bytes(content)
            asset = ContentAsset.objects.create(
                organization=cast.kesar,
                kind="image" if kind == "picture" else kind,
                title=kind,
                file=f"assets/{name}",
                mime_type=mime,
                media_info=facts(kind, len(content)),
            )
            pieces[kind] = make_piece(cast.kesar, asset=asset, platform=row.key)
        pieces["thread"] = pieces["words"]
    return Stage(row, cast, clock, nursery, server, connection, media, FileHost(media), pieces)


def facts(kind: str, size: int) -> dict[str, Any]:
    """What the product knows of a stored file."""
    if kind == "picture":
        return {"container": "png", "width": 2, "height": 1, "size": size}
    return {"container": "mp4", "duration": 7.5, "width": 1080, "height": 1920, "size": size}
