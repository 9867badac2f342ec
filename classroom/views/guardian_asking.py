"""Asking a parent or guardian: by the student, by the class's teachers, and on paper by an administrator."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classroom import access, disclosure, queries, services
from classroom.errors import AnticipatedError
from classroom.forms.guardians import LettersForm, MailForm, PaperForm
from classroom.join_sheet import qr_of
from classroom.models import Classroom, Participant, Policy, User
from classroom.queries import ASKING_WORDS, Asking


@dataclass(frozen=True, slots=True)
class Row:
    """A student of the class, and where the asking stands."""

    place: Participant
    asking: Asking

    @property
    def words(self) -> str:
        return str(ASKING_WORDS[self.asking])

    @property
    def wants_letter(self) -> bool:
        """Somebody who was asked already is not asked again by default."""
        is_open = self.asking in (Asking.NOT_ASKED, Asking.EXPIRED, Asking.ASK_AGAIN)
        return is_open and not self.is_name_alone

    @property
    def is_name_alone(self) -> bool:
        """Nobody has come, and whoever does will have typed the name: what is agreed to now opens nothing."""
        return self.place.is_expected and not self.place.platform_subject


@dataclass(frozen=True, slots=True)
class Letter:
    place: Participant
    link: str

    @property
    def qr(self) -> SafeString:
        return qr_of(self.link)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, participant_id: int) -> HttpResponse:
    """The student's own page: where it stands, and a link or a mail. A link is shown on the answer alone."""
    place = access.own_place(request.user, request.COOKIES, participant_id)
    mail = MailForm(request.POST if "address" in request.POST else None, label_suffix="")
    link, refusal = None, ""
    if request.method == "POST" and ("address" not in request.POST or mail.is_valid()):
        try:
            made = _link(request, place, by_school=False)
            if mail.is_bound:
                address = mail.cleaned_data["address"]
                services.mail_guardian(place=place, address=address, link=made, now=timezone.now())
                messages.success(request, _("The mail is on its way."))
                return redirect("ask_guardian", participant_id=place.id)
            link = made
        except AnticipatedError as error:
            refusal = str(error)
    policy = queries.policy_chosen(place.classroom.school)
    needed = policy is not None and disclosure.needs_guardian(policy, place)
    context = {
        "place": place,
        "classroom": place.classroom,
        "policy": policy,
        "asking": _asking(policy, place) if policy and needed else None,
        "records": queries.guardian_records(place.classroom.school_id, place),
        "link": link,
        "qr": qr_of(link) if link else None,
        "refusal": refusal,
        "mail": mail if settings.EMAIL_HOST else None,
    }
    return render(request, "guardians/ask.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def class_guardians(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Who was asked and who answered, never what; POST prints letters, each with a new link."""
    own = access.roster_to_manage(request.user, classroom_id)
    policy = queries.policy_chosen(own.school)
    rows = _rows(own, policy)
    form = LettersForm(_posted(request), places=[row.place for row in rows])
    if request.method == "POST" and form.is_valid():
        letters = [Letter(place, _link(request, place, by_school=True)) for place in form.chosen]
        context = {"classroom": own, "school": own.school, "letters": letters, "policy": policy}
        return render(request, "guardians/letters.html", context)
    context = {
        "classroom": own,
        "rows": rows,
        "has_names_alone": any(row.is_name_alone for row in rows),
        "form": form,
        "policy": policy,
        "section": "classrooms",
    }
    return render(request, "classes/guardians.html", context)


@login_required
@require_POST
def end_links(request: HttpRequest, classroom_id: int, participant_id: int) -> HttpResponse:
    """A letter that was lost opens nothing more."""
    own = access.roster_to_manage(request.user, classroom_id)
    place = access.student_of(own, participant_id)
    services.end_guardian_links(place=place, now=timezone.now())
    messages.success(request, _("No link of %(name)s asks any more.") % {"name": place.display_name})
    return redirect("class_guardians", classroom_id=own.id)


@login_required
@require_http_methods(["GET", "POST"])
def place_guardian(request: HttpRequest, participant_id: int) -> HttpResponse:
    """An administrator's: the whole record, which is logged, and what a guardian signed on paper."""
    school = access.school_administered_by(request.user)
    admin, now = cast(User, request.user), timezone.now()
    places = Participant.objects.select_related("classroom__school__policy")
    place = get_object_or_404(places, id=participant_id, classroom__school=school, is_simulated=False)
    policy = queries.policy_chosen(school)
    if policy is None or not disclosure.needs_guardian(policy, place):
        return render(request, "policy/no_guardian.html", {"place": place, "section": "policy"})
    if "letter" in request.POST:
        letters = [Letter(place, _link(request, place, by_school=True))]
        context = {"classroom": place.classroom, "school": school, "letters": letters, "policy": policy}
        return render(request, "guardians/letters.html", context)
    form = PaperForm(_posted(request), policy=policy, today=timezone.localdate(now), label_suffix="")
    if request.method == "POST" and form.is_valid():
        services.record_on_paper(place=place, by=admin, now=now, **form.answered)
        messages.success(request, _("The paper is recorded, with your name."))
        return redirect("place_guardian", participant_id=place.id)
    records = queries.guardian_records(school.id, place, for_school=True)
    if records:
        services.log_look_at_answer(place=place, by=admin, now=now)
    context = {
        "place": place,
        "records": records,
        "asking": _asking(policy, place, alike=False),
        "form": form,
        "policy": policy,
        "ways": form.ways,
        "section": "policy",
    }
    return render(request, "policy/guardian.html", context)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _link(request: HttpRequest, place: Participant, *, by_school: bool) -> str:
    """Raises AnticipatedError."""
    token = services.make_guardian_link(place=place, by_school=by_school, now=timezone.now())
    return request.build_absolute_uri(reverse("guardian", args=[token]))


def _asking(policy: Policy, place: Participant, *, alike: bool = False) -> Row:
    found = queries.askings(policy, place.classroom.school_id, [place], timezone.now(), alike=alike)
    return Row(place, found[place.id])


def _rows(classroom: Classroom, policy: Policy | None) -> list[Row]:
    if policy is None:
        return []
    places = [
        one
        for one in Participant.objects.filter(classroom=classroom, is_left_behind=False)
        .select_related("classroom__school__policy")
        .order_by("display_name", "id")
        if disclosure.needs_guardian(policy, one)
    ]
    found = queries.askings(policy, classroom.school_id, places, timezone.now(), alike=True)
    return [Row(place, found[place.id]) for place in places]
