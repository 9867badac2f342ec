"""What an administrator sets for the own school: one page for each theme, and which of them come first."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom import access, colours, logo, queries, services
from classroom.errors import AnticipatedError, BadLogo
from classroom.forms.schools import (
    CalendarForm,
    ContactForm,
    JoiningForm,
    LogoForm,
    LookForm,
    QuietHoursForm,
)
from classroom.models import School, SchoolCalendar, SchoolContact, User

Save = Callable[..., None]


@login_required
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    steps = queries.first_steps(school, timezone.now())
    context = {"steps": steps, "left": sum(not step.is_done for step in steps)}
    return render(request, "school/settings.html", _context(school, **context))


@login_required
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """With a colour in the query it shows how that would look, and saves nothing."""
    school = access.school_administered_by(request.user)
    form = LookForm(request.POST or None, instance=_copy_of(school))
    if saved := _saved(request, form, school, services.change_school):
        return saved
    shown = request.GET.get("accent", "") or school.accent
    preview, tries = _preview(shown), "accent" in request.GET
    if tries:
        form.initial.update(has_colour=True, accent=preview["shown"])
    context = _context(school, form=form, logo_form=LogoForm(), tries=tries, **preview)
    return render(request, "school/look.html", context)


@login_required
@require_POST
def set_logo(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    form = LogoForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise BadLogo
        if (uploaded := form.cleaned_data["picture"]).size > logo.MOST_BYTES:
            raise BadLogo
        png = logo.small(uploaded.read())
    except AnticipatedError as error:
        messages.error(request, str(error))
        return redirect("school_look")
    services.set_logo(school_id=school.id, png=png, **_act(request))
    messages.success(request, _("The logo is saved. It stands on all pages of your school from now on."))
    return redirect("school_look")


@login_required
@require_POST
def remove_logo(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    services.remove_logo(school_id=school.id, **_act(request))
    messages.success(request, _("The logo is removed."))
    return redirect("school_look")


@login_required
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    own = SchoolCalendar.objects.filter(school=school).first() or SchoolCalendar(school=school)
    form = CalendarForm(request.POST or None, instance=own)
    if saved := _saved(request, form, school, _save_calendar):
        return saved
    now, value = timezone.now(), queries.calendar_of(School.objects.get(id=school.id))
    context = {"calendar": value, "period": value.period_at(now), "term": value.term_of(now)}
    return render(request, "school/calendar.html", _context(school, form=form, **context))


@login_required
@require_http_methods(["GET", "POST"])
def quiet_hours(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    form = QuietHoursForm(request.POST or None, school=school)
    if saved := _saved(request, form, school, services.change_school):
        return saved
    now, hours = timezone.now(), school.hours
    context = _context(
        school,
        form=form,
        is_set=bool(hours.open),
        is_quiet=hours.is_quiet(now),
        until=hours.open_from(now),
        quiet_from=hours.quiet_from(now),
    )
    return render(request, "school/quiet_hours.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def joining(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    form = JoiningForm(request.POST or None, instance=_copy_of(school))
    if saved := _saved(request, form, school, services.change_school):
        return saved
    return render(request, "school/joining.html", _context(school, form=form))


@login_required
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    own = SchoolContact.objects.filter(school=school).first() or SchoolContact(school=school)
    form = ContactForm(request.POST or None, instance=own)
    if saved := _saved(request, form, school, services.change_contact):
        return saved
    return render(request, "school/contact.html", _context(school, form=form))


def _saved(request: HttpRequest, form: BaseForm, school: School, save: Save) -> HttpResponse | None:
    """The answer to what was typed well; None where there is nothing to save, or something to mend."""
    if request.method != "POST" or not form.is_valid():
        return None
    save(school_id=school.id, **_act(request), **form.cleaned_data)
    messages.success(request, _("Saved. It holds from now on."))
    return redirect(request.path)


def _save_calendar(*, time_zone: str, school_id: int, **settings: Any) -> None:
    about = {"school_id": school_id, "actor": settings.pop("actor"), "now": settings.pop("now")}
    services.change_school(time_zone=time_zone, **about)
    services.change_calendar(**about, **settings)


def _act(request: HttpRequest) -> dict[str, Any]:
    return {"actor": cast(User, request.user), "now": timezone.now()}


def _copy_of(school: School) -> School:
    """A form writes into its row while it checks; the page goes on to show the school as it is."""
    return School.objects.get(id=school.id)


def _preview(accent: str) -> dict[str, Any]:
    """The shades of a colour; nothing for what is none."""
    try:
        return {"shown": accent, "palette": colours.palette(accent)}
    except ValueError:
        return {"shown": "", "palette": None}


def _context(school: School, **page: Any) -> dict[str, Any]:
    return {"section": "school", "school": school, **page}
