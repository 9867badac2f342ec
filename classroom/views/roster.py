"""The roster of a class: a list is read, shown with what is wrong in it, and stored once confirmed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from classroom import access, services
from classroom.errors import AnticipatedError, BadRoster
from classroom.forms.classes import RosterForm
from classroom.models import Classroom, Participant
from classroom.roster import Entry, Roster, read_roster

SALT = "classroom.roster"
PREVIEW_LASTS_S = 3600


@login_required
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.roster_to_manage(request.user, classroom_id)
    form = RosterForm(request.POST, request.FILES) if request.method == "POST" else RosterForm()
    if request.method == "POST" and form.is_valid():
        names = Participant.objects.filter(classroom=own).values_list("display_name", flat=True)
        try:
            return _preview(request, own, read_roster(form.data_read, taken=names))
        except BadRoster as error:
            form.add_error(None, str(error))
    return render(request, "classes/roster.html", {"classroom": own, "form": form, "section": "classrooms"})


@login_required
@require_POST
def add_to_roster(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """What was shown and nothing else: the list came along, signed."""
    own = access.roster_to_manage(request.user, classroom_id)
    try:
        entries = _confirmed(own, request.POST.get("list", ""))
        added = services.add_to_roster(classroom_id=own.id, entries=entries)
    except signing.BadSignature:
        messages.error(request, _("This list is too old or was changed. Read it once more."))
        return redirect("roster", classroom_id=own.id)
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(number)d name was added.", "%(number)d names were added.", added)
        messages.success(request, said % {"number": added})
    return redirect("participants", classroom_id=own.id)


def _preview(request: HttpRequest, own: Classroom, found: Roster) -> HttpResponse:
    listed = [own.id, [[entry.name, entry.note] for entry in found.entries]]
    context = {
        "classroom": own,
        "roster": found,
        "list": signing.dumps(listed, salt=SALT, compress=True),
        "section": "classrooms",
    }
    return render(request, "classes/roster_preview.html", context)


def _confirmed(own: Classroom, signed: str) -> list[Entry]:
    """Raises BadSignature, for another class's list too."""
    classroom_id, listed = signing.loads(signed, salt=SALT, max_age=PREVIEW_LASTS_S)
    if classroom_id != own.id:
        raise signing.BadSignature
    return [Entry(name, note) for name, note in listed]
