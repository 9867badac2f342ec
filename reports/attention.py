"""The administrator's home: what needs attention, then how the server is."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from classroom import access, queries, second_factor
from classroom.models import Lesson, Policy, School, User
from reports.overview import behind_s, open_flags

FAILED_SHOWN = 5
SAID_IN_MINUTES_S = 120


@login_required
@require_GET
def attention(request: HttpRequest) -> HttpResponse:
    admin = access.require_admin(request.user)
    now = timezone.now()
    matters, server = _matters(admin, now), _server(now)
    context = {
        "section": "attention",
        "school": admin.school,
        "is_calm": not any((*matters.values(), server["is_deletion_late"], queries.storage().is_short)),
        **matters,
        **_now(admin, now),
        **server,
    }
    return render(request, "reports/attention.html", context)


def _matters(admin: User, now: datetime) -> dict[str, object]:
    """What there is to do; where nothing is, each is false, none or empty."""
    lessons = access.lessons_to_review(admin)
    failed = lessons.filter(report_state=Lesson.ReportState.FAILED).order_by("-started_at")
    school = admin.school
    return {
        "lacks_policy": not Policy.objects.filter(school=school).exists(),
        "rules_ask": queries.rules_ask(school),
        # Those of the demonstration are nobody's to review.
        "open_flags": open_flags(admin).filter(lesson__is_simulation=False).count(),
        "failed": failed[:FAILED_SHOWN],
        "failed_count": failed.count(),
        "behind": _age(behind_s(admin)),
        "without_second_factor": _without_second_factor(school),
        "is_alone": school is not None and queries.is_alone(school, now),
        "is_only_administrator": school is not None and queries.has_one_administrator(school, now),
        "leaderless": list(queries.schools_without_administrator()) if admin.is_superuser else [],
    }


def _now(admin: User, now: datetime) -> dict[str, int]:
    school = admin.school
    return {
        "open_lessons": access.lessons_to_review(admin).filter(ended_at=None).count(),
        "open_invitations": queries.open_invitations(school, now).count() if school else 0,
    }


def _age(wait_s: float | None) -> str:
    """In whole seconds, from two minutes on in minutes; nothing where nothing waits."""
    if wait_s is None:
        return ""
    if wait_s < SAID_IN_MINUTES_S:
        return ngettext("%(count)d second", "%(count)d seconds", int(wait_s)) % {"count": int(wait_s)}
    minutes = int(wait_s // 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _without_second_factor(school: School | None) -> int:
    return second_factor.missing_among(queries.accounts_of(school)).count() if school else 0


def _server(now: datetime) -> dict[str, object]:
    deleted_at = queries.last_deletion()
    return {
        "storage": queries.storage(),
        "deleted_at": deleted_at,
        "is_deletion_late": queries.deletion_is_late(deleted_at, now),
        "versions": queries.versions(),
    }
