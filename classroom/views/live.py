"""The live dashboard, its small window, and what the teacher does to an open lesson."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypedDict

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from classroom import access, queries, services, words
from classroom.errors import AnticipatedError, LessonClosed
from classroom.forms.teaching import BreakForm, IntervalForm, MarkerForm
from classroom.models import Lesson, SlidesKey
from classroom.views.teaching import join_link
from emotion.judgement.engagement import Level
from emotion.values import Signal

URL_NAMES = {
    "markers": "add_marker",
    "pulse": "ask_pulse",
    "pause": "pause",
    "resume": "resume",
    "end": "end_lesson",
    "interval": "set_interval",
    "break": "set_break",
    "slides": "make_slides_key",
    "revoke_slides": "revoke_slides_key",
    "state": "lesson_state",
    "glance": "glance",
    "report": "report",
}
# Asks for the page as it fits beside the call's window.
PANEL = "panel"
# A script puts a number in the place of the 0.
OF_ONE = ("dismiss_hint", "settle_question", "rename_marker", "remove_marker")


@login_required
@require_safe
def lesson(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    if not own.is_open:
        return redirect("report", lesson_id=own.id)
    quiet_from = None if own.is_simulation else queries.quiet_from(own, timezone.now())
    shown = {"panel": PANEL in request.GET, "quiet_from": quiet_from} | join_link(request, own.classroom)
    return render(request, "live/lesson.html", _page(own) | _choices(own) | shown)


@login_required
@require_safe
def glance(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    return render(request, "live/glance.html", _page(own))


@login_required
@require_safe
def lesson_state(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Individual data travels over the socket alone, where looking is logged."""
    own = access.lesson_of_teacher(request.user, lesson_id)
    return JsonResponse(queries.teacher_state(own, timezone.now()))


@login_required
@require_POST
def add_marker(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    marked = _marked(request)
    return _answer(lambda: services.add_marker(lesson_id=own.id, now=timezone.now(), **marked))


@login_required
@require_POST
def rename_marker(request: HttpRequest, lesson_id: int, marker_id: int) -> HttpResponse:
    own = _open_lesson(request, lesson_id)
    label = _marked(request)["label"]
    return _answer(lambda: services.rename_marker(lesson_id=own.id, marker_id=marker_id, label=label))


@login_required
@require_POST
def remove_marker(request: HttpRequest, lesson_id: int, marker_id: int) -> HttpResponse:
    own = _open_lesson(request, lesson_id)
    return _answer(lambda: services.remove_marker(lesson_id=own.id, marker_id=marker_id))


@login_required
@require_POST
def ask_pulse(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    return _answer(lambda: services.ask_pulse_check(lesson_id=own.id, now=timezone.now()))


@login_required
@require_POST
def settle_question(request: HttpRequest, lesson_id: int, question_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    state = request.POST.get("state", "")
    return _answer(lambda: services.settle_question(lesson_id=own.id, question_id=question_id, state=state))


@login_required
@require_POST
def pause(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    return _answer(lambda: services.pause_lesson(lesson_id=own.id, now=timezone.now()))


@login_required
@require_POST
def resume(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    return _answer(lambda: services.resume_lesson(lesson_id=own.id, now=timezone.now()))


@login_required
@require_POST
def end_lesson(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    with suppress(LessonClosed):  # a second click wants what the first one did
        services.end_lesson(lesson_id=own.id, now=timezone.now())
    return HttpResponse(status=204)


@login_required
@require_POST
def set_interval(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    form = IntervalForm(request.POST)
    interval_ms = form.cleaned_data["interval_ms"] if form.is_valid() else 0
    return _answer(
        lambda: services.set_interval(lesson_id=own.id, interval_ms=interval_ms, now=timezone.now())
    )


@login_required
@require_POST
def set_break(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    form = BreakForm(request.POST)
    minutes = form.cleaned_data["minutes"] if form.is_valid() else -1
    return _answer(lambda: services.set_break(lesson_id=own.id, minutes=minutes, now=timezone.now()))


@login_required
@require_POST
def dismiss_hint(request: HttpRequest, lesson_id: int, hint_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    return _answer(lambda: services.dismiss_hint(lesson_id=own.id, hint_id=hint_id, now=timezone.now()))


class Marked(TypedDict):
    label: str
    ago_ms: int


def _marked(request: HttpRequest) -> Marked:
    """What was typed, and how long ago its key was pressed: just now where that cannot be read."""
    form = MarkerForm(request.POST)
    form.is_valid()
    return {"label": form.cleaned_data.get("label", ""), "ago_ms": form.cleaned_data.get("ago_ms") or 0}


def _open_lesson(request: HttpRequest, lesson_id: int) -> Lesson:
    """Raises Http404: what is changed after the end is changed in the report."""
    own = access.lesson_of_teacher(request.user, lesson_id)
    if not own.is_open:
        raise Http404
    return own


def _answer(act: Callable[[], object]) -> HttpResponse:
    """204, or 400 with the sentence of an anticipated failure."""
    try:
        act()
    except AnticipatedError as error:
        return JsonResponse({"error": str(error)}, status=400)
    return HttpResponse(status=204)


def _page(own: Lesson) -> dict[str, object]:
    """What both pages give to their script. Without a policy nothing is computed."""
    policy = queries.policy_of(own)
    signals = policy.signals if policy else frozenset()
    urls = {key: reverse(name, args=[own.id]) for key, name in URL_NAMES.items()}
    page = {
        "socket": f"/ws/lessons/{own.id}/teacher/",
        "plotly": static("vendor/plotly-basic.min.js"),
        "urls": urls | {name: reverse(name, args=[own.id, 0]) for name in OF_ONE},
        "signals": sorted(signals),
        "group_size": policy.minimum_group_size if policy else 0,
    }
    return {
        "lesson": own,
        "lacks_policy": policy is None,
        "uses_camera": bool(signals),
        "can_pause": bool(signals) or own.open_pauses.exists(),
        "shows_attention": Signal.ATTENTION in signals,
        "shows_expression": Signal.EXPRESSION in signals,
        "page": page,
        "words": words.js_words(uses_camera=bool(signals)),
    }


def _choices(own: Lesson) -> dict[str, object]:
    return {
        "levels": [(level, word) for level, word in words.LEVELS.items() if level is not Level.UNKNOWN],
        "expressions": words.RESEMBLED.items(),
        "self_reports": words.SELF_REPORTS.items(),
        "paces": words.PACES.items(),
        "pulse_answers": words.PULSE_ANSWERS.items(),
        "break_minutes": services.BREAK_MINUTES,
        "suggestions": words.SUGGESTED_MARKERS,
        "slides_key": SlidesKey.objects.filter(lesson=own).first(),
        "interval_form": IntervalForm(initial={"interval_ms": own.interval_ms}),
    }
