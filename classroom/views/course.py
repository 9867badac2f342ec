"""The teachers' course: its pages, and what an administrator sees and asks of it."""

import csv
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classroom import access, queries, services
from classroom.guide.course import (
    MINUTES,
    PAGES,
    QUESTIONS,
    VERSION,
    Answer,
    Page,
    Question,
    first_unsettled,
    page_called,
)
from classroom.models import User
from classroom.queries.how_good import measured_how_good
from emotion.cells import BYTE_ORDER_MARK, safe


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands on the page: `chosen` is None until it is answered."""

    question: Question
    chosen: Answer | None


@login_required
@require_GET
def course(request: HttpRequest) -> HttpResponse:
    """Where the account goes on."""
    account, _school = access.member_of_staff(request.user)
    return redirect("course_page", first_unsettled(queries.course_standing(account).settled).key)


@login_required
@require_http_methods(["GET", "POST"])
def course_page(request: HttpRequest, part: str) -> HttpResponse:
    account, school = access.member_of_staff(request.user)
    page = page_called(part)
    if page is None:
        raise Http404
    given = {key: str(request.POST[key]) for key in QUESTIONS if key in request.POST}
    if request.method == "POST":
        services.answer_course(account=account, given=given, now=timezone.now())
    standing = queries.course_standing(account)
    known = frozenset[str]() if "again" in request.GET or given else standing.settled
    asked = [_asked(question, given, known) for question in page.questions]
    context = {
        "section": "account",
        "school": school,
        "page": page,
        "number": PAGES.index(page) + 1,
        "pages": [(one, one.is_settled(standing.settled)) for one in PAGES],
        "asked": asked,
        "was_answered": request.method == "POST",
        "right": sum(bool(one.chosen and one.chosen.is_right) for one in asked),
        "is_settled": page.is_settled(standing.settled),
        "other": _other(page, standing.settled),
        "standing": standing,
        "found": measured_how_good(),
        "version": VERSION,
        "minutes": MINUTES,
    }
    return render(request, "course/page.html", context)


def _asked(question: Question, given: dict[str, str], known: frozenset[str]) -> Asked:
    """With the answer that was given now; else with the right one, once it was found."""
    if question.key in given or question.key not in known:
        return Asked(question, question.answer(given.get(question.key)))
    return Asked(question, question.right)


def _other(page: Page, settled: frozenset[str]) -> Page | None:
    """The page that is still to do, besides this one."""
    return next((one for one in PAGES if one != page and not one.is_settled(settled)), None)


@login_required
@require_GET
def course_csv(request: HttpRequest) -> HttpResponse:
    """A line for each version that anybody of the school has done, and for each teacher who has done none."""
    school = access.school_administered_by(request.user)
    name = f"classpulse-course-{timezone.localdate():%Y-%m-%d}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write(BYTE_ORDER_MARK)
    table = csv.writer(response)
    table.writerow([_("name"), _("user name"), _("version of the course"), _("completed on")])
    for one in queries.completions_of(school):
        done = timezone.localtime(one.done_at).date().isoformat() if one.done_at else ""
        table.writerow([safe(one.name), safe(one.username), one.version or "", done])
    return response


@login_required
@require_POST
def require_course(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    is_required = request.POST.get("requires_course") == "yes"
    actor, now = cast(User, request.user), timezone.now()
    services.require_course(school_id=school.id, is_required=is_required, actor=actor, now=now)
    said = (
        _("The course is now required before a lesson with cameras.")
        if is_required
        else _("The course is no longer required before a lesson with cameras.")
    )
    messages.success(request, said)
    return redirect("people")
