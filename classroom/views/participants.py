"""The students of a class as their teacher runs it: names, two that are one, who may come in. No result
of anybody stands here."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.forms.classes import MergeForm, PlaceForm
from classroom.models import Classroom, Participant
from classroom.receipts import of_removal


@login_required
@require_safe
def participants(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.roster_to_manage(request.user, classroom_id)
    context = {
        "classroom": own,
        "places": queries.places_of(own),
        "policy": queries.policy_chosen(own.school),
        "section": "classrooms",
    }
    return render(request, "classes/participants.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def participant(request: HttpRequest, classroom_id: int, participant_id: int) -> HttpResponse:
    """The place of one student; POST changes name and note."""
    own, place = _own(request, classroom_id, participant_id)
    form = PlaceForm(request.POST or None, initial={"display_name": place.display_name, "note": place.note})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_participant(
                participant_id=place.id,
                name=form.cleaned_data["display_name"],
                note=form.cleaned_data["note"],
            )
        except AnticipatedError as error:
            form.add_error("display_name", str(error))
        else:
            messages.success(request, _("The name and note are saved."))
            return redirect("participants", classroom_id=own.id)
    return _place_page(request, own, place, form, _merge_form(place))


@login_required
@require_POST
def merge(request: HttpRequest, classroom_id: int, participant_id: int) -> HttpResponse:
    """Asked once more with both places beside each other, then done under the name that was chosen."""
    own, place = _own(request, classroom_id, participant_id)
    form = _merge_form(place, request.POST)
    if not form.is_valid():
        names = PlaceForm(initial={"display_name": place.display_name, "note": place.note})
        return _place_page(request, own, place, names, form)
    other = form.cleaned_data["other"]
    named = {str(one.id): one for one in (place, other)}.get(request.POST.get("name_of", ""))
    if named is None:
        both = [one for one in queries.places_of(own) if one.place.id in {place.id, other.id}]
        context = {"classroom": own, "place": place, "other": other, "both": both, "section": "classrooms"}
        return render(request, "classes/merge.html", context)

    by = access.require_teacher(request.user)
    try:
        services.merge_participants(
            one_id=place.id, other_id=other.id, name_of=named.id, by=by, now=timezone.now()
        )
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The two places have been merged."))
    return redirect("participants", classroom_id=own.id)


@login_required
@require_POST
def block(request: HttpRequest, classroom_id: int, participant_id: int) -> HttpResponse:
    own, place = _own(request, classroom_id, participant_id)
    services.block_participant(participant_id=place.id, now=timezone.now())
    messages.success(request, _("%(name)s is blocked.") % {"name": place.display_name})
    return redirect("participants", classroom_id=own.id)


@login_required
@require_POST
def unblock(request: HttpRequest, classroom_id: int, participant_id: int) -> HttpResponse:
    own, place = _own(request, classroom_id, participant_id)
    services.unblock_participant(participant_id=place.id)
    messages.success(request, _("%(name)s may come in again.") % {"name": place.display_name})
    return redirect("participants", classroom_id=own.id)


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, classroom_id: int, participant_id: int) -> HttpResponse:
    own, place = _own(request, classroom_id, participant_id)
    if request.method == "GET":
        context = {"classroom": own, "place": place, "section": "classrooms"}
        return render(request, "classes/remove.html", context)
    by = access.require_teacher(request.user)
    erasure = services.remove_place(participant_id=place.id, by=by, now=timezone.now())
    return redirect("receipt", token=of_removal(erasure).token())


def _own(request: HttpRequest, classroom_id: int, participant_id: int) -> tuple[Classroom, Participant]:
    own = access.roster_to_manage(request.user, classroom_id)
    return own, access.student_of(own, participant_id)


def _merge_form(place: Participant, posted: QueryDict | None = None) -> MergeForm:
    possible, refused = queries.merges_of(place)
    return MergeForm(posted, possible=possible, refused=refused)


def _place_page(
    request: HttpRequest, own: Classroom, place: Participant, form: PlaceForm, merge_form: MergeForm
) -> HttpResponse:
    context: dict[str, Any] = {
        "classroom": own,
        "place": place,
        "form": form,
        "merge_form": merge_form,
        "section": "classrooms",
    }
    return render(request, "classes/participant.html", context)
