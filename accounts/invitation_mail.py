"""The mail with an invitation's link, and the link's token.

The token is made from the invitation and the time it was sent, under the installation's key; the row keeps only its
hash. So the mail is written in the background without the token ever standing in a queue or a log.
"""

import base64
import hashlib
import hmac
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import Invitation
from trenddrop.core import mail

OPEN = Q(accepted_at=None, revoked_at=None, declined_at=None)
SETTLED_WITHIN = timedelta(minutes=10)  # beyond what the first tries of the task take
RUNG_FOR = timedelta(days=1)


def token_of(invitation: Invitation) -> str:
    """Return the token of the link as it was sent last."""
    said = f"invitation:{invitation.pk}:{invitation.times_sent}:{invitation.last_sent_at.timestamp():.6f}"
    made = hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def send(invitation_id: uuid.UUID | str, *, times_sent: int) -> bool:
    """Mail the link, unless it was sent anew or closed since; a mail that may have arrived is not sent twice."""
    with tenancy.operator():
        rows = Invitation.objects.select_related("organization", "client", "invited_by")
        row = rows.filter(OPEN, pk=invitation_id, times_sent=times_sent, times_mailed__lt=times_sent).first()
    if row is None or digest(token_of(row)) != row.token_hash:
        return False
    server = get_connection()
    try:
        mail.connect(server)
        mail.hand_over(compose(row), server)
        return _settle(row, taken=True)
    except (mail.Returned, mail.Refused, mail.InDoubt):
        return _settle(row, taken=False)
    finally:
        server.close()


def _settle(row: Invitation, *, taken: bool) -> bool:
    with tenancy.operator():
        Invitation.objects.filter(pk=row.pk, times_sent=row.times_sent).update(times_mailed=row.times_sent)
    return taken


def waiting(now: datetime) -> list[tuple[uuid.UUID, int]]:
    """Return the invitations whose mail should long be settled: the broker was down, or a worker was killed."""
    with tenancy.operator():
        rows = Invitation.objects.filter(OPEN, times_mailed__lt=F("times_sent"), expires_at__gt=now)
        late = rows.filter(last_sent_at__gt=now - RUNG_FOR, last_sent_at__lt=now - SETTLED_WITHIN)
        return list(late.order_by("last_sent_at").values_list("pk", "times_sent")[:500])


def compose(invitation: Invitation) -> EmailMultiAlternatives:
    """Write the mail, in the language of whoever invites."""
    inviter = invitation.invited_by
    with translation.override(inviter.language if inviter else settings.LANGUAGE_CODE):
        context = {
            "invitation": invitation,
            "url": settings.SITE_URL + reverse("invitation", args=[token_of(invitation)]),
            "who": str(inviter or invitation.organization.name),
        }
        subject = _("%(who)s invites you to %(name)s") % {"who": context["who"], "name": invitation.organization.name}
        letter = EmailMultiAlternatives(
            subject=" ".join(f"{subject} · TrendDrop".split()),
            body=render_to_string("email/invitation.txt", context),
            to=[invitation.email],
        )
        letter.attach_alternative(render_to_string("email/invitation.html", context), "text/html")
    return letter
