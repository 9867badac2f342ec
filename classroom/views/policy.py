"""The one decision that a school makes before anything is computed."""

from dataclasses import fields
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from classroom import access, law, queries, services
from classroom.forms.policy import PolicyForm
from classroom.models import Participant, Policy, School, User
from classroom.receipts import of_removal
from classroom.terms import fewest
from emotion.values import Signal

PLACES_SHOWN = 50


@login_required
@require_http_methods(["GET", "POST"])
def choose_policy(request: HttpRequest) -> HttpResponse:
    """A policy that narrows or widens is confirmed first: what it deletes, and what it reads that was not.

    A post that only asks what may be chosen where the school is saves nothing and keeps what is typed.
    """
    admin, school = _admin_and_school(request)
    policy = Policy.objects.filter(school=school).first()
    now, asks = timezone.now(), "ask" in request.POST
    initial = _initial(school, policy)
    if asks:
        initial |= _typed(request.POST)
        initial["preset"] = initial["preset"] or _first_offer(initial)
    form = PolicyForm(None if asks else request.POST or None, initial=initial, today=timezone.localdate(now))
    if form.is_valid():
        chosen = services.drawn_up(school=school, now=now, **form.cleaned_data)
        changes = _changes(policy, chosen)
        if changes and "confirmed" not in request.POST:
            context = {"form": form, "school": school, "section": "policy", **changes}
            return render(request, "policy/confirm.html", context)
        services.choose_policy(school=school, user=admin, now=now, **form.cleaned_data)
        messages.success(request, _said(policy, chosen))
        return redirect("choose_policy")
    context = {
        "form": form,
        "school": school,
        "policy": policy,
        "asks": asks,
        "offers": queries.offers(form["jurisdiction"].value() or "", form["ages"].value() or []),
        "rules": law.current(),
        "rules_ask": queries.rules_ask(school),
        "answered": queries.answered(school),
        "section": "policy",
    }
    return render(request, "policy/choose.html", context)


@login_required
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Students of the school by name, to erase one who asks for it."""
    _admin, school = _admin_and_school(request)
    name = " ".join(request.GET.get("name", "").split())
    found = Participant.objects.filter(classroom__school=school, is_simulated=False).select_related(
        "classroom"
    )
    found = found.filter(display_name__icontains=name) if name else found.none()
    context = {
        "school": school,
        "name": name,
        "places": found[:PLACES_SHOWN],
        "policy": queries.policy_chosen(school),
        "section": "policy",
    }
    return render(request, "policy/places.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def erase_participant(request: HttpRequest, participant_id: int) -> HttpResponse:
    admin, school = _admin_and_school(request)
    places = Participant.objects.select_related("classroom").filter(classroom__school=school)
    participant = get_object_or_404(places, id=participant_id)
    if request.method == "GET":
        return render(request, "policy/erase.html", {"participant": participant, "section": "policy"})
    erasure = services.remove_place(participant_id=participant.id, by=admin, now=timezone.now())
    return redirect("receipt", token=of_removal(erasure).token())


def _admin_and_school(request: HttpRequest) -> tuple[User, School]:
    admin = access.require_admin(request.user)
    if admin.school is None:
        raise Http404
    return admin, admin.school


def _initial(school: School, policy: Policy | None) -> dict[str, object]:
    """What holds now; in the first run the defaults, and no preset."""
    row = policy or Policy(preset="", counted=_counted(school))
    return model_to_dict(row, PolicyForm.Meta.fields)


def _typed(posted: QueryDict) -> dict[str, object]:
    return {name: posted.get(name, "") for name in PolicyForm.Meta.fields} | {"ages": posted.getlist("ages")}


def _first_offer(typed: dict[str, object]) -> str | None:
    """Where a rule forbids anything, the one that reads no picture is marked; elsewhere nothing is."""
    offers = queries.offers(str(typed["jurisdiction"]), cast(list[str], typed["ages"]))
    forbids = any(offer.is_forbidden for offer in offers.values())
    return Policy.Preset.SELF_REPORT if forbids else None


def _counted(school: School) -> str:
    """Once there are accounts for students, false ones that anybody can make need not count."""
    has_accounts = User.objects.filter(school=school, role=User.Role.STUDENT).exists()
    return Policy.Counted.ACCOUNTS if has_accounts else Policy.Counted.EVERYBODY


def _changes(policy: Policy | None, chosen: Policy) -> dict[str, object]:
    """What there is to confirm; nothing where nothing narrows or widens, and at the first choice."""
    if policy is None:
        return {}
    narrows, widens = services.narrows(policy, chosen), chosen.terms.widens(policy.terms)
    if not narrows and not widens:
        return {}
    return {
        "narrows": narrows,
        "concern": _concern(chosen) if narrows else [],
        "more": _more(policy, chosen) if widens else None,
    }


def _more(policy: Policy, chosen: Policy) -> dict[str, object]:
    """What students are asked about again: signals that come in, and limits that grow."""
    added = chosen.signals - policy.signals
    readings, sums = (
        _("What is read and tapped is kept for %(after)d days instead of %(before)d."),
        _("Ten-second sums are kept for %(after)d days instead of %(before)d."),
    )
    group = _("The class is reported on from %(after)d counted students instead of %(before)d.")
    limits = [
        (readings, policy.retention_days, chosen.retention_days),
        (sums, policy.sums_days, chosen.sums_days),
        # A smaller group tells more of each of its members.
        (group, -policy.minimum_group_size, -chosen.minimum_group_size),
    ]
    reads = _("Pictures are read: “%(after)s” instead of “%(before)s”.")
    where = {"before": policy.get_readers_display(), "after": chosen.get_readers_display()}
    counted = _("Who counts towards the smallest group: “%(after)s” instead of “%(before)s”.")
    who = {"before": policy.get_counted_display(), "after": chosen.get_counted_display()}
    more_count = fewest(policy.counted, chosen.counted) != chosen.counted
    grown = [counted % who] * more_count + [
        sentence % {"before": abs(before), "after": abs(after)}
        for sentence, before, after in limits
        if after > before
    ]
    is_elsewhere = _is_elsewhere(policy, chosen)
    return {
        "signals": bool(added),
        **{signal.value: signal in added for signal in Signal},
        "elsewhere": is_elsewhere,
        # Asked about again, but no more than before: only the device does now what the server did, or the
        # other way round.
        "is_only_elsewhere": is_elsewhere and not added and not grown,
        "limits": [reads % where] * bool(policy.signals and chosen.terms.readers - policy.terms.readers)
        + grown,
    }


def _is_elsewhere(policy: Policy, chosen: Policy) -> bool:
    """Pictures are read nowhere that anybody agreed to."""
    before, after = policy.terms.readers, chosen.terms.readers
    return bool(before and after) and not before & after


def _said(policy: Policy | None, chosen: Policy) -> str:
    if policy is not None and _is_elsewhere(policy, chosen):
        return _(
            "The policy is saved. From now on pictures are read elsewhere: students with a camera "
            "are asked again, and until they answer nothing is read from their pictures."
        )
    if policy is not None and chosen.terms.widens(policy.terms):
        return _(
            "The policy is saved. It allows more than before: students who agreed to less are asked again, "
            "and until they answer, what they agreed to goes on."
        )
    return _("The policy is saved and holds from now on.")


def _concern(chosen: Policy) -> list[tuple[str, int, str]]:
    """How many rows, and what happens to them; without what concerns none."""
    concern = services.concerned(chosen, timezone.now())
    counts = [(field.name, getattr(concern, field.name)) for field in fields(concern)]
    return [(name, count, _what_happens(chosen, name, count)) for name, count in counts if count]


def _what_happens(chosen: Policy, name: str, count: int) -> str:
    """After the count, in its number."""
    if name == "lessons_read":
        if chosen.signals:
            return ngettext(
                "lesson: what is no longer allowed is deleted from its readings",
                "lessons: what is no longer allowed is deleted from their readings",
                count,
            )
        return ngettext(
            "lesson: all its readings are deleted", "lessons: all their readings are deleted", count
        )
    if name == "lessons_summed":
        if chosen.signals:
            return ngettext(
                "lesson: the same in its ten-second sums", "lessons: the same in their ten-second sums", count
            )
        return ngettext(
            "lesson: all its ten-second sums are deleted",
            "lessons: all their ten-second sums are deleted",
            count,
        )
    words = {
        "flags": ngettext(
            "flag that rests on it, even if reviewed: deleted",
            "flags that rest on it, reviewed ones too: deleted",
            count,
        ),
        "reports": ngettext("report: written again without it", "reports: written again without it", count),
        "past_lessons_read": ngettext(
            "lesson whose readings are past their new period: these are deleted",
            "lessons whose readings are past their new period: these are deleted",
            count,
        ),
        "past_lessons_summed": ngettext(
            "lesson whose ten-second sums are past theirs: these are deleted",
            "lessons whose ten-second sums are past theirs: these are deleted",
            count,
        ),
        "past_flags": ngettext(
            "flag past its new period: deleted", "flags past their new period: deleted", count
        ),
        "past_looks": ngettext(
            "entry of the access log past its new period: deleted",
            "entries of the access log past their new period: deleted",
            count,
        ),
        "past_places": ngettext(
            "guest's place past its new period: deleted",
            "guests' places past their new period: deleted",
            count,
        ),
    }
    return words[name]
