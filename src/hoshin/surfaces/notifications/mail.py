"""Notifications by e-mail, where the organisation has set a sender; otherwise none is ever sent."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation

from hoshin.kernel.records.record import Confidentiality
from hoshin.kernel.trail import clock

from .models import Notification

log = logging.getLogger(__name__)
MOST = 200


def send_waiting() -> int:
    """Send what has not been sent; what cannot be sent now is tried again next time."""
    if not settings.HOSHIN_MAIL_FROM:
        return 0
    waiting = Notification.objects.filter(mailed_at=None).exclude(person__email="").order_by("seq")
    sent = 0
    for told in waiting.select_related("person", "who", "record")[:MOST]:
        try:
            get_connection().send_messages([message_of(told)])
        except (SMTPException, OSError) as failed:
            log.warning("The mail server did not take a message (%s); it is tried again later.", failed)
            break
        told.mailed_at = clock.now()
        told.save(update_fields=["mailed_at"])
        sent += 1
    return sent


def message_of(told: Notification) -> EmailMessage:
    """What is sent. Mail is read by many eyes: of a restricted record only the number is told."""
    record = told.record
    with translation.override(told.person.language or settings.LANGUAGE_CODE):
        words = told.words
    title = record.title if record.confidentiality == Confidentiality.INTERNAL else ""
    lines = [f"{record.number} {title}".strip(), words]
    if settings.HOSHIN_ADDRESS:
        lines.append(f"{settings.HOSHIN_ADDRESS}/{record.spec.slug}/{record.number}")
    # Sent twice after a crash, a message is known again by its identifier.
    key = f"<{told.seq}.{told.person_id}@hoshin>"
    return EmailMessage(
        f"{record.number}: {words}", "\n\n".join(lines), settings.HOSHIN_MAIL_FROM, [told.person.email],
        headers={"Message-ID": key},
    )  # fmt: skip
