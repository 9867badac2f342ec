"""A teacher's classrooms: making one, its join code and settings, starting a lesson or the demonstration."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classroom import access, queries, services
from classroom.addresses import is_loopback
from classroom.errors import AnticipatedError
from classroom.forms.teaching import ClassroomForm, NewClassroomForm, StartDemoForm, StartLessonForm
from classroom.guide.course import MINUTES
from classroom.join_sheet import JoinSheet
from classroom.models import Classroom, Lesson, Policy, School, User
from emotion.values import Signal


@login_required
@require_http_methods(["GET", "POST"])
def classrooms(request: HttpRequest) -> HttpResponse:
    teacher = access.require_teacher(request.user)
    form = NewClassroomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_classroom(teacher=teacher, name=form.cleaned_data["name"])
        except AnticipatedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("classroom", classroom_id=made.id)
    context = {
        "form": form,
        "demo_form": StartDemoForm(),
        "classrooms": queries.classrooms_of(teacher),
        "open_lessons": [(one, _is_on_air(one)) for one in _open_lessons(teacher)],
        **_policy_notice(teacher.school),
        "course": queries.course_standing(teacher),
        "course_minutes": MINUTES,
        "section": "classrooms",
    }
    return render(request, "teaching/classrooms.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def classroom(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_of_teacher(request.user, classroom_id)
    if request.method == "POST":
        own = access.classroom_to_manage(request.user, classroom_id)
    form = _settings_form(own, request.POST or None)
    if request.method == "POST" and form.is_valid():
        as_it_is = {name: getattr(own, name) for name in ClassroomForm.Meta.fields}
        services.change_classroom(classroom_id=own.id, **(as_it_is | form.cleaned_data))
        messages.success(request, _("The settings are saved. They hold for the next lesson."))
        return redirect("classroom", classroom_id=own.id)
    return render(
        request,
        "teaching/classroom.html",
        _classroom_page(request, own, form, _start_form(own, timezone.now())),
    )


@login_required
@require_POST
def start_lesson(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_of_teacher(request.user, classroom_id)
    form = StartLessonForm(request.POST)
    if form.is_valid():
        try:
            teacher, now = cast(User, request.user), timezone.now()
            lesson = services.open_lesson(
                classroom=own, teacher=teacher, now=now, **_started(form.cleaned_data)
            )
            return redirect("lesson", lesson_id=lesson.id)
        except AnticipatedError as error:
            form.add_error(None, str(error))
    return render(
        request, "teaching/classroom.html", _classroom_page(request, own, _settings_form(own), form)
    )


@login_required
@require_POST
def start_demo(request: HttpRequest) -> HttpResponse:
    """A demonstration that still runs is opened instead of a second one."""
    teacher = access.require_teacher(request.user)
    form = StartDemoForm(request.POST)
    running = _open_lessons(teacher).filter(is_simulation=True).first()
    if running is None and form.is_valid():
        speed = form.cleaned_data["speed"]
        try:
            running = services.start_demo(teacher=teacher, speed=speed, now=timezone.now())
        except AnticipatedError as error:
            messages.error(request, str(error))
    return redirect("lesson", lesson_id=running.id) if running else redirect("classrooms")


def _started(typed: dict[str, Any]) -> dict[str, Any]:
    """The planned end as a moment of today, where the teacher is."""
    ends = typed.pop("planned_end")
    at = timezone.make_aware(datetime.combine(timezone.localdate(), ends)) if ends else None
    return {**typed, "planned_end_at": at}


def _start_form(own: Classroom, now: datetime) -> StartLessonForm:
    """What it offers is the period of the school that runs or begins, by name and end."""
    calendar = queries.calendar_of(own.school)
    if own.is_demo or (period := calendar.period_at(now)) is None:
        return StartLessonForm()
    name = _("Period %(name)s") % {"name": period.name} if period.name.isdigit() else period.name
    ends = timezone.localtime(calendar.end_of(period, now)).time()
    return StartLessonForm(initial={"title": name, "planned_end": ends})


def join_link(request: HttpRequest, classroom: Classroom) -> dict[str, JoinSheet]:
    """What students type or follow, as seen from where the teacher is."""
    url = request.build_absolute_uri(reverse("join_classroom", args=[classroom.join_token]))
    host = request.get_host()
    policy = queries.policy_at_the_door(classroom)
    sheet = JoinSheet(classroom, host + reverse("join"), url, policy, is_here_alone=is_loopback(host))
    return {"sheet": sheet}


def _open_lessons(teacher: User) -> QuerySet[Lesson]:
    return (
        Lesson.objects.open()
        .filter(classroom__in=Classroom.objects.taught_by(teacher))
        .select_related("classroom__school__policy")
    )


def _is_on_air(lesson: Lesson) -> bool:
    """As its dashboard says: whether any camera may be read in it."""
    policy = queries.policy_of(lesson)
    return policy is not None and bool(policy.signals)


def _settings_form(own: Classroom, data: QueryDict | None = None) -> ClassroomForm:
    """Rendered faces may be read whole; before a school has chosen, nobody knows what will be."""
    policy = None if own.is_demo else queries.policy_chosen(own.school)
    signals = policy.signals if policy else frozenset(Signal)
    return ClassroomForm(data, initial=model_to_dict(own), signals=signals)


def _asks_for_cameras(own: Classroom) -> bool:
    """Whether a lesson without them would be another than any."""
    policy = queries.policy_at_the_door(own)
    return policy is not None and bool(policy.signals)


def _asks_guardians(own: Classroom) -> bool:
    policy = queries.policy_chosen(own.school)
    return policy is not None and policy.requires_guardian_consent


def _policy_notice(school: School | None) -> dict[str, object]:
    """Whether the school has to choose first, and whom to ask for it."""
    if school is None or Policy.objects.filter(school=school).exists():
        return {"lacks_policy": False}
    return {"lacks_policy": True, "administrators": queries.administrators_of(school)}


def _classroom_page(
    request: HttpRequest, own: Classroom, form: ClassroomForm, start_form: StartLessonForm
) -> dict[str, object]:
    return {
        "classroom": own,
        "form": form,
        "start_form": start_form,
        "lessons": queries.lessons_of(own),
        "open_lesson": queries.open_lesson_of(own),
        "asks_for_cameras": _asks_for_cameras(own),
        "asks_guardians": _asks_guardians(own),
        "needs_course": queries.is_kept_from_cameras(own.school_id, cast(User, request.user).id),
        "course_minutes": MINUTES,
        "demo_form": StartDemoForm(),
        **_policy_notice(own.school),
        "shares": queries.shares_of(own),
        "course": queries.course_of(own),
        "is_owner": own.teacher_id == request.user.pk,
        "manages": Classroom.objects.managed_by(cast(User, request.user)).filter(id=own.id).exists(),
        "section": "classrooms",
        **join_link(request, own),
    }
