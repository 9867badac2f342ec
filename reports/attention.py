"""The administrator's home: what needs attention, then how the server is."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from classroom import access, queries
from classroom.models import Lesson, Policy, User
from reports.overview import is_behind, open_flags

FAILED_SHOWN = 5


@login_required
@never_cache
@require_GET
def attention(request: HttpRequest) -> HttpResponse:
    admin = access.require_admin(request.user)
    now = timezone.now()
    context = {"section": "attention", "school": admin.school, **_matters(admin, now), **_server(now)}
    return render(request, "reports/attention.html", context)


def _matters(admin: User, now: datetime) -> dict[str, object]:
    lessons = access.lessons_to_review(admin)
    failed = lessons.filter(report_state=Lesson.ReportState.FAILED).order_by("-started_at")
    school = admin.school
    return {
        "lacks_policy": not Policy.objects.filter(school=school).exists(),
        "open_flags": open_flags(admin).count(),
        "failed": failed[:FAILED_SHOWN],
        "failed_count": failed.count(),
        "is_behind": is_behind(admin),
        "open_lessons": lessons.filter(ended_at=None).count(),
        "open_invitations": queries.open_invitations(school, now).count() if school else 0,
    }


def _server(now: datetime) -> dict[str, object]:
    deleted_at = queries.last_deletion()
    return {
        "storage": queries.storage(),
        "deleted_at": deleted_at,
        "is_deletion_late": queries.deletion_is_late(deleted_at, now),
        "versions": queries.versions(),
    }
