"""The front door: everybody is led to where the own work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from classroom import access, queries
from classroom.forms.joining import CodeForm
from classroom.models import Policy, User


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    page = page_of(user) if isinstance(user, User) else None
    if page is not None:
        return redirect(page)
    places = access.own_places(user, request.COOKIES).filter(classroom__archived_at=None)
    context: dict[str, object] = {"form": CodeForm(label_suffix=""), "places": places}
    if isinstance(user, User) and user.school is not None:
        context["administrators"] = queries.administrators_of(user.school)
    return render(request, "home.html", context)


def page_of(user: User) -> str | None:
    """Where an account goes on; none where it has only the front door."""
    if not user.is_introduced:
        return "welcome"
    if user.is_teacher:
        return "classrooms"
    if user.is_admin and user.school is not None:
        return _page_of_administrator(user)
    return "schools" if user.is_superuser else None


def _page_of_administrator(user: User) -> str:
    if user.school is not None and not user.school.is_named:
        return "name_school"
    has_policy = Policy.objects.filter(school=user.school_id).exists()
    return "attention" if has_policy else "choose_policy"
