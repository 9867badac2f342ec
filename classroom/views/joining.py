"""The way into a classroom: by code or link, under a name, waiting where no lesson is open yet."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classroom import access, disclosure, queries, services
from classroom.errors import (
    AccountNeeded,
    AnticipatedError,
    ClassFull,
    ClassroomArchived,
    ClassSuspended,
    CodeExpired,
    NotOnRoster,
    PlaceBlocked,
    SchoolSuspended,
    TooManyGuesses,
    TooManyPlaces,
)
from classroom.forms.joining import CodeForm, NameForm
from classroom.models import Classroom, Consent, Lesson, Participant
from classroom.services.places import tries_it_out
from classroom.views import demonstration
from classroom.views.guesses import guesser_of, keep_count
from classroom.views.guests import keep_place

MAY_BE_CODE = re.compile(r"[A-Za-z0-9 -]+")


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None, label_suffix="")
    if request.method != "POST" or not form.is_valid():
        return render(request, "joining/code.html", {"form": form})
    return _lead_to_class(request, form)


def _lead_to_class(request: HttpRequest, form: CodeForm, *, status_unknown: int = 200) -> HttpResponse:
    """`form` is valid. Each look-up counts as a guess, however the code came."""
    guesser, now = guesser_of(request), timezone.now()
    try:
        services.check_guess(guesser, now=now)
    except TooManyGuesses as error:
        form.add_error("code", str(error))
        return render(request, "joining/code.html", {"form": form}, status=429)
    classroom = services.find_classroom(code=form.cleaned_data["code"])
    if classroom is None:
        form.add_error("code", _("No class has this code. Compare it with the one that your teacher shows."))
        page = render(request, "joining/code.html", {"form": form}, status=status_unknown)
        return keep_count(page, guesser)
    services.give_guess_back(guesser, now=now)
    return redirect("join_classroom", token=classroom.join_token)


@require_http_methods(["GET", "POST"])
def join_classroom(request: HttpRequest, token: str) -> HttpResponse:
    classroom = Classroom.objects.select_related("school__policy").filter(join_token=token).first()
    if classroom is None:
        return _lead_by_address(request, token)
    participant = access.participant_in(request.user, request.COOKIES, classroom)
    if (refusal := _refusal_of(request, classroom, participant)) is not None:
        return _closed(request, classroom, refusal)
    if classroom.is_demo:
        return demonstration.join(request, classroom)
    if request.method == "POST":
        return _take_a_place(request, classroom)
    return _lead_on(request, classroom, participant)


def _lead_by_address(request: HttpRequest, typed: str) -> HttpResponse:
    """What no link ends in may be a class's code that somebody typed behind `/join/`."""
    form = CodeForm({"code": typed}, label_suffix="")
    if not MAY_BE_CODE.fullmatch(typed) or not form.is_valid():
        page = {"form": CodeForm(label_suffix="")}
        return render(request, "joining/no_class.html", page, status=404)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        # Pictures of another site's page would use up the guesses of everybody behind this address.
        form = CodeForm(initial={"code": typed}, label_suffix="")
        return render(request, "joining/code.html", {"form": form})
    return _lead_to_class(request, form, status_unknown=404)


def _lead_on(request: HttpRequest, classroom: Classroom, participant: Participant | None) -> HttpResponse:
    lesson = queries.open_lesson_of(classroom)
    if participant is None or _is_somebody_else(request):
        form = NameForm(initial={"display_name": _account_name(request)}, label_suffix="")
        return _ask_name(request, classroom, lesson, form)
    if lesson is None:
        guardian = _guardian_context(classroom, participant)
        context = {"classroom": classroom, "participant": participant, **guardian}
        return render(request, "joining/waiting.html", context)
    return redirect("my_lesson", lesson_id=lesson.id)


def _guardian_context(classroom: Classroom, participant: Participant) -> dict[str, object]:
    """Whether a camera would wait for a guardian in the next lesson."""
    policy = queries.policy_chosen(classroom.school)
    if policy is None or not disclosure.needs_guardian(policy, participant):
        return {}
    answer = queries.guardian_answer(classroom.school_id, participant)
    return {
        "waits_for_guardian": not disclosure.allowed_by(
            policy, participant, answer, Consent.Choice.OWN_RESULTS
        ),
        "guardian_kind": queries.guardian_kind(policy, answer),
    }


def _take_a_place(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    form = NameForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _ask_name(request, classroom, queries.open_lesson_of(classroom), form)
    user = request.user if request.user.is_authenticated else None
    if user is None:
        try:
            services.check_place_rate(
                classroom_id=classroom.id, address=request.META["REMOTE_ADDR"], now=timezone.now()
            )
        except TooManyPlaces as error:
            form.add_error("display_name", str(error))
            return _ask_name(request, classroom, queries.open_lesson_of(classroom), form, status=429)
    name = form.cleaned_data["display_name"]
    try:
        participant = services.join_classroom(
            classroom=classroom, display_name=name, user=user, now=timezone.now()
        )
    except (ClassroomArchived, PlaceBlocked, AccountNeeded, CodeExpired, ClassFull) as error:
        return _closed(request, classroom, error)
    except NotOnRoster as error:
        form.add_error("display_name", str(error))
        return _ask_name(request, classroom, queries.open_lesson_of(classroom), form)
    except SchoolSuspended:
        return _closed(request, classroom, ClassSuspended())
    response = redirect("join_classroom", token=classroom.join_token)
    return keep_place(response, participant) if user is None else response


def _refusal_of(
    request: HttpRequest, classroom: Classroom, participant: Participant | None
) -> AnticipatedError | None:
    if classroom.school.suspended_at is not None:
        return ClassSuspended()
    if classroom.archived_at is not None:
        return ClassroomArchived()
    if participant is not None and participant.is_blocked:
        return PlaceBlocked()
    has_place = participant is not None and not _is_somebody_else(request)
    return None if has_place else _refusal_of_newcomer(request, classroom)


def _refusal_of_newcomer(request: HttpRequest, classroom: Classroom) -> AnticipatedError | None:
    """As the service says it again once there is a name; a demonstration says its own."""
    user = request.user if request.user.is_authenticated else None
    if classroom.is_demo or tries_it_out(user, classroom.school):
        return None
    try:
        services.check_newcomer(classroom=classroom, user=user, now=timezone.now())
    except AnticipatedError as error:
        return error
    return None


def _closed(request: HttpRequest, classroom: Classroom, why: AnticipatedError) -> HttpResponse:
    page = {"classroom": classroom, "refusal": str(why), "wants_login": isinstance(why, AccountNeeded)}
    return render(request, "joining/closed.html", page, status=403)


def _ask_name(
    request: HttpRequest, classroom: Classroom, lesson: Lesson | None, form: NameForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "classroom": classroom,
        "lesson": lesson,
        "form": form,
        "has_lost_place": access.has_lost_place(request.user, request.COOKIES, classroom),
        "taken_over_at": access.taken_over_at(request.user, request.COOKIES, classroom),
    }
    return render(request, "joining/name.html", context, status=status)


def _is_somebody_else(request: HttpRequest) -> bool:
    """A guest on a shared computer may leave the place of the guest before."""
    return "new" in request.GET and not request.user.is_authenticated


def _account_name(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return ""
    # The user name of an account that a learning platform made is a number.
    is_named = request.user.has_usable_password()
    return request.user.get_full_name() or (request.user.get_username() if is_named else "")
