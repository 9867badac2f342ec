"""The door of a demonstration: closed to everybody but its teacher, who tries being a student of it."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from classroom import access, queries, services
from classroom.errors import DemonstrationClosed
from classroom.models import Classroom, Lesson, Policy, User


def join(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    try:
        services.check_may_join(classroom=classroom, user=request.user)
    except DemonstrationClosed as error:
        page = {"classroom": classroom, "refusal": str(error)}
        return render(request, "joining/demonstration.html", page, status=403)
    teacher, lesson = cast(User, request.user), queries.open_lesson_of(classroom)
    lacks_policy = not Policy.objects.filter(school=classroom.school_id).exists()
    if lesson is not None and not lacks_policy:
        return _try_it(request, teacher, classroom, lesson)
    page = {"classroom": classroom, "lesson": lesson, "lacks_policy": lacks_policy}
    admins = queries.administrators_of(classroom.school)
    return render(request, "joining/demonstration.html", {**page, "administrators": admins})


def _try_it(request: HttpRequest, teacher: User, classroom: Classroom, lesson: Lesson) -> HttpResponse:
    """A place under the account's name; the account keeps it, so that one question is enough."""
    if request.method == "POST":
        name = teacher.get_full_name() or teacher.get_username()
        services.join_classroom(now=timezone.now(), classroom=classroom, display_name=name[:60], user=teacher)
    elif access.participant_in(teacher, request.COOKIES, classroom) is None:
        page = {"classroom": classroom, "lesson": lesson}
        return render(request, "joining/demonstration.html", page)
    return redirect("my_lesson", lesson_id=lesson.id)
