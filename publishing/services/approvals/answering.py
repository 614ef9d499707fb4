"""A decision with the remark that stood beside it: it is decided with both, or neither is kept."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction

from publishing.approving import Speaker
from publishing.models import ApprovalRequest, ReviewComment
from publishing.services.approvals import commenting
from publishing.services.approvals.commenting import Anchor

NOWHERE = Anchor()


@dataclass(frozen=True)
class Remark:
    """What somebody had written into the comment box when they decided."""

    body: str
    anchor: Anchor = NOWHERE
    parent: ReviewComment | None = None
    is_internal: bool = False

    @property
    def may_be_the_words(self) -> bool:
        """Say whether it can stand for the decision's own words: it is for everybody, and answers nobody."""
        return not self.is_internal and self.parent is None


class Command(Protocol):
    """`deciding.approve`, `ask_for_changes` or `reject`."""

    def __call__(
        self, request: ApprovalRequest, *, by: Speaker, seen: str, now: dt.datetime, words: str = ""
    ) -> ApprovalRequest: ...


def decide(
    command: Command,
    request: ApprovalRequest,
    *,
    by: Speaker,
    seen: str,
    now: dt.datetime,
    words: str,
    remark: Remark | None,
) -> ApprovalRequest:
    """Decide. The remark is the words where there are none; it stays a comment where there are, or where it points.

    Raises as the command, and as `commenting.comment`.
    """
    is_words = remark is not None and remark.may_be_the_words and not words.strip()
    with transaction.atomic():
        held = command(request, by=by, seen=seen, now=now, words=remark.body if remark and is_words else words)
        if remark and not (is_words and remark.anchor == NOWHERE):
            commenting.comment(
                held, by=by, body=remark.body, anchor=remark.anchor, parent=remark.parent,
                is_internal=remark.is_internal,
            )  # fmt: skip
    return held
