"""The access log: who looked at whose results, found by person, lesson, place and day, and as CSV."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from classroom import access
from classroom.forms.teaching import PlainForm
from classroom.models import AccessLogEntry, Lesson, Removal
from classroom.models.people import FULL_NAME_LENGTH
from classroom.models.reviews import Place
from reports.days import midnight
from reports.exports import Section, write
from reports.paging import pager

LOOKS_A_PAGE = 25


class LogFilter(PlainForm):
    person = forms.CharField(label=gettext_lazy("Person"), required=False, max_length=FULL_NAME_LENGTH)
    lesson = forms.CharField(label=gettext_lazy("Lesson or classroom"), required=False, max_length=120)
    place = forms.ChoiceField(
        label=gettext_lazy("Where"),
        required=False,
        choices=lambda: [("", _("everywhere")), *Place.choices],
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def found_in(self, entries: QuerySet[AccessLogEntry]) -> QuerySet[AccessLogEntry]:
        """A field that cannot be read filters nothing, and says so beside it. Days are the viewer's."""
        asked = self.cleaned_data if self.is_bound else {}
        if person := asked.get("person"):
            entries = entries.filter(
                Q(viewer_name__icontains=person) | Q(participant__display_name__icontains=person)
            )
        if lesson := asked.get("lesson"):
            entries = entries.filter(
                Q(lesson__title__icontains=lesson) | Q(lesson__classroom__name__icontains=lesson)
            )
        if place := asked.get("place"):
            entries = entries.filter(place=place)
        if since := asked.get("since"):
            entries = entries.filter(at__gte=midnight(since))
        if until := asked.get("until"):
            entries = entries.filter(at__lt=midnight(until) + timedelta(days=1))
        return entries


@login_required
@require_GET
def access_log(request: HttpRequest) -> HttpResponse:
    form, entries = _asked(request)
    context = {
        "section": "access_log",
        "form": form,
        "looks": pager(request, _looks(entries), "page", LOOKS_A_PAGE),
        "removals": pager(request, _removals(request), "removals", LOOKS_A_PAGE),
        "query": request.GET.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "reports/access_log.html", context)


@login_required
@require_GET
def access_log_csv(request: HttpRequest) -> HttpResponse:
    """A line for each student who was looked at, then the removals: a filter finds none of these away."""
    _form, entries = _asked(request)
    columns = ("at", "viewer_name", "participant__display_name", "lesson__classroom__name", "lesson__title")
    rows = entries.order_by("-at", "-id").values_list(*columns, "place")
    header = (_("when"), _("who looked"), _("at whom"), _("classroom"), _("lesson"), _("where"))
    told = tuple((at.isoformat(), *named, str(Place(place).label)) for at, *named, place in rows)
    text = write([Section(_("ClassPulse access log"), header, told), _removals_section(_removals(request))])
    name = f"classpulse-access-log-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: HttpRequest) -> tuple[LogFilter, QuerySet[AccessLogEntry]]:
    """Of the own school alone."""
    admin = access.require_admin(request.user)
    lessons: QuerySet[Lesson] = access.lessons_to_review(admin)
    form = LogFilter(request.GET)
    form.is_valid()
    return form, form.found_in(AccessLogEntry.objects.filter(lesson__in=lessons))


def _looks(entries: QuerySet[AccessLogEntry]) -> QuerySet[AccessLogEntry, Any]:
    """One row for each look: a page that shows thirty students is thirty entries of the same instant."""
    where = Case(*(When(place=place, then=Value(str(place.label))) for place in Place))
    looks = entries.values(
        "at", "viewer_name", "lesson__title", "lesson__classroom__name", "place", where=where
    )
    names = ArrayAgg("participant__display_name", order_by="participant__display_name")
    return looks.annotate(names=names).order_by("-at")


def _removals(request: HttpRequest) -> QuerySet[Removal]:
    """All of the own school: whoever looks for the entries that are gone finds out that they are."""
    return Removal.objects.filter(school=access.require_admin(request.user).school_id)


def _removals_section(removals: QuerySet[Removal]) -> Section:
    header = (_("when"), _("who"), _("what"), _("classroom"), _("entries that went with it"))
    told = tuple(
        (one.at.isoformat(), one.actor_name, one.get_kind_display(), one.classroom, one.looks)
        for one in removals
    )
    return Section(_("Removed entries"), header, told)
