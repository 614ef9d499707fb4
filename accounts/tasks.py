"""Background work of accounts."""

import uuid

from celery import shared_task
from django.utils import timezone

from accounts import digests, gates, idempotency, invitation_mail, mailing, signins, verifying, voice
from accounts.rights import work
from trenddrop.core.embeddings import EmbeddingFailed
from trenddrop.core.mail import NotTaken


@shared_task
def mail_notifications() -> None:
    """Send the notifications that want a mail."""
    mailing.send_waiting()


@shared_task(autoretry_for=(NotTaken,), retry_backoff=30, retry_backoff_max=1800, max_retries=8)
def mail_invitation(*, invitation_id: str, times_sent: int) -> None:
    """Send an invitation's link, unless a newer one was made since."""
    invitation_mail.send(invitation_id, times_sent=times_sent)


@shared_task
def mail_invitations_waiting() -> None:
    """Ring for invitations whose mail was lost on the way to a worker."""
    for key, times_sent in invitation_mail.waiting(timezone.now()):
        mail_invitation.delay(invitation_id=str(key), times_sent=times_sent)


@shared_task
def mail_digests() -> None:
    """Send the daily digests whose hour has come."""
    digests.send_due()


@shared_task
def verify_audit() -> None:
    """Walk every audit chain, write down how far it holds, and anchor its end outside the database."""
    verifying.verify_all()


@shared_task
def work_on_request(*, request: str) -> None:
    """Make an export, bring an import, carry out an erasure."""
    work.run(request)


@shared_task
def sweep_requests() -> None:
    """Ask for erasures that are due, remove archives that have expired, ring again for what waits."""
    for key in work.sweep():
        work_on_request.delay(request=str(key))


@shared_task(autoretry_for=(EmbeddingFailed,), retry_backoff=30, retry_backoff_max=1800, max_retries=8)
def embed_voice(*, brand_id: str, organization_id: str) -> None:
    """Make vectors for a brand's samples that have none by the present embedder."""
    voice.embed_waiting(brand_id=uuid.UUID(brand_id), organization_id=uuid.UUID(organization_id))


@shared_task
def embed_voices_waiting() -> None:
    """Ring for every brand whose samples wait for vectors: new ones that were lost, or all after a new embedder."""
    for brand, organization in voice.brands_waiting():
        embed_voice.delay(brand_id=str(brand), organization_id=str(organization))


@shared_task
def check_gates() -> None:
    """Ask the chains again what wallets hold."""
    gates.check(gates.pairs_of(now=timezone.now()), now=timezone.now())


@shared_task
def check_wallet(*, wallet_id: str) -> None:
    """Ask about a wallet that was just proved."""
    gates.check(gates.pairs_of(now=timezone.now(), wallet=uuid.UUID(wallet_id)), now=timezone.now())


@shared_task
def check_gate(*, gate_id: str) -> None:
    """Ask about a gate that was just set."""
    gates.check(gates.pairs_of(now=timezone.now(), gate=uuid.UUID(gate_id)), now=timezone.now())


@shared_task
def forget_answered_requests() -> None:
    """Remove the answers kept for repeated requests, after a day."""
    idempotency.forget_old(now=timezone.now())


@shared_task
def forget_sessions() -> None:
    """Remove the sessions that are over."""
    signins.forget_over(now=timezone.now())
