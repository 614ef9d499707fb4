"""Links by which people without an account approve: their tokens, what works, and what waits behind one. No writes.

The token is made from the link's own key under the installation's; the row keeps only its hash. So a mail can be
written in the background, and a link shown again to who manages it, while no token stands in a table, queue or log.
"""

import base64
import datetime as dt
import hashlib
import hmac
import uuid

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from publishing import approving
from publishing.models import ApprovalAsk, ApprovalRequest, ReviewDevice, ReviewLink

DIGITS = 6
CODE_LASTS = dt.timedelta(minutes=10)
TRIES = 5


def token_of(key: uuid.UUID) -> str:
    """Return the token of the link with this key."""
    made = hmac.new(settings.SECRET_KEY.encode(), f"review-link:{key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest(token: str) -> str:
    """Return what is kept of a token, or of a browser's key."""
    return hashlib.sha256(token.encode()).hexdigest()


def url_of(link: ReviewLink) -> str:
    """Return the address to give to its person; "" where the installation's key has changed since."""
    token = token_of(link.pk)
    if not hmac.compare_digest(digest(token), link.token_hash):
        return ""
    return f"{settings.SITE_URL}{reverse('review', args=[token])}"


def code_of(link: ReviewLink) -> str:
    """Return the six digits that were made for another device at `code_sent_at`."""
    stamp = f"{link.code_sent_at.timestamp():.6f}" if link.code_sent_at else ""
    made = hmac.new(settings.SECRET_KEY.encode(), f"review-code:{link.pk}:{stamp}".encode(), hashlib.sha256)
    return f"{int.from_bytes(made.digest()[:8]) % 10**DIGITS:0{DIGITS}}"


def digest_of_code(link: ReviewLink, code: str) -> str:
    """Return what is kept of a code: worth nothing without the installation's key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{link.pk}:{code}".encode(), hashlib.sha256).hexdigest()


def working(now: dt.datetime) -> Q:
    """Return which links work: not revoked, not over, of a living organisation and client."""
    of_the_living = Q(organization__deleted_at=None, organization__owner__deleted_at=None)
    client = Q(client=None) | Q(client__deleted_at=None)
    piece = Q(request=None) | Q(request__client=F("client")) | Q(request__client=None, client=None)
    return Q(of_the_living, client, piece, revoked_at=None, expires_at__gt=now)


def find(token: str, *, now: dt.datetime) -> ReviewLink | None:
    """Return the link with this token, if it works. Enters the operator's scope by itself."""
    return _found(Q(token_hash=digest(token)), now=now)


def of_device(key: uuid.UUID, cookie: str, *, now: dt.datetime) -> tuple[ReviewLink, ReviewDevice] | None:
    """Return the link and the browser that was bound to it, if both are and it works."""
    with tenancy.operator():
        device = ReviewDevice.objects.filter(link_id=key, key_hash=digest(cookie)).first() if cookie else None
        link = _found(Q(pk=key), now=now) if device else None
    return (link, device) if link and device else None


def _found(rule: Q, *, now: dt.datetime) -> ReviewLink | None:
    with tenancy.operator():
        return (
            ReviewLink.objects.filter(rule, working(now))
            .select_related("organization", "client", "created_by", "request__piece")
            .first()
        )


def scope_of(link: ReviewLink) -> tenancy.Scope:
    """Return what is seen through a link: one client's rows; of the house's own work, only what is asked for by key."""
    return tenancy.Scope(link.organization_id, link.client_id)


def of_member(membership: Membership) -> QuerySet[ReviewLink]:
    """Return the links of the member's organisation, newest first."""
    return ReviewLink.objects.visible_to(membership).order_by("-created_at")


def requests_of(link: ReviewLink) -> QuerySet[ApprovalRequest]:
    """Return what the link opens. Call in the link's scope."""
    return approving.requests_of_link(link).filter(piece__asset__deleted_at=None)


def wanted() -> Q:
    """Return which requests want the client's word now."""
    asked = ApprovalAsk.objects.filter(
        request=OuterRef("pk"),
        is_client=True,
        status=ApprovalAsk.Status.OPEN,
        round=OuterRef("round"),
        stage=OuterRef("stage"),
    )
    return Q(Exists(asked), status=ApprovalRequest.Status.PENDING)


def waiting(link: ReviewLink) -> list[ApprovalRequest]:
    """Return what waits for the link's word, the soonest due first. Call in the link's scope."""
    rows = requests_of(link).filter(wanted())
    return list(rows.order_by(F("due_at").asc(nulls_last=True), "created_at")[:100])


def links_for(request: ApprovalRequest, *, now: dt.datetime) -> QuerySet[ReviewLink]:
    """Return the links that work and open this request. Call in the organisation's scope."""
    opens = Q(request=request)
    if request.client_id:
        opens |= Q(request=None, client_id=request.client_id)
    return ReviewLink.objects.filter(opens, working(now), organization_id=request.organization_id)


def ask_for_mail(request: ApprovalRequest, *, now: dt.datetime) -> int:
    """Have what waits mailed to those who decide by a link; several pieces at once come in one mail. How many."""
    return links_for(request, now=now).filter(may_decide=True).update(mail_asked_at=now)
