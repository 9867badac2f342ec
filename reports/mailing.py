"""The three sentences of a report as a mail to its teacher. It names no student and no key moment."""

import logging
from dataclasses import replace
from email.utils import parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from classroom import queries, services
from classroom.models import Lesson, SummaryMail, User
from classroom.templatetags.moments import said
from classroom.viewer import language_and_zone_of, language_of_reader
from reports.briefing import briefing
from reports.roster import attended, attendees
from reports.stored import stored_summary
from reports.values import Summary

logger = logging.getLogger(__name__)


def send(mail: SummaryMail) -> bool:
    """Whether there is nothing more to do: it went out, or nobody wants it any more.

    False where the mail server refuses or is away, and while the report is written again.
    """
    lesson, teacher = mail.lesson, mail.teacher
    if not (address := services.summary_address(teacher, lesson.classroom)):
        return True
    if (summary := stored_summary(lesson)) is None:
        return False
    subject, text = _message(lesson, summary, teacher)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    # The same at each attempt: where a worker died just after it sent one, mail programs show one.
    headers = {"Message-ID": f"<summary-{mail.id}@{domain}>", "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject, text, None, [address], headers=headers).send()
    except (OSError, SMTPException):
        logger.warning(
            "The summary of lesson %s was not mailed, attempt %s", lesson.id, mail.attempts, exc_info=True
        )
        return False
    return True


def _message(lesson: Lesson, summary: Summary, teacher: User) -> tuple[str, str]:
    with language_of_reader(teacher), language_and_zone_of(teacher):
        held = {
            "classroom": " ".join(lesson.classroom.name.split()),
            "when": said(localtime(lesson.started_at), "datetime"),
        }
        # A key moment's label is typed in the lesson and may hold a name.
        there, checks = attended(attendees(lesson), lesson), queries.told_checks(lesson)
        lines = briefing(replace(summary, moments=()), there, checks)
        parts = [
            _("Your lesson in %(classroom)s, %(when)s, in short:") % held,
            *(f"{line.lead}\n{line.evidence}".strip() for line in lines),
            _("The whole report: %(link)s") % {"link": _link(teacher, reverse("report", args=[lesson.id]))},
            _("You asked for these mails. You can end them under “Your account”: %(link)s")
            % {"link": _link(teacher, reverse("account"))},
        ]
        return _("ClassPulse: %(classroom)s, %(when)s") % held, "\n\n".join(parts) + "\n"


def _link(teacher: User, path: str) -> str:
    return teacher.summary_origin + path
