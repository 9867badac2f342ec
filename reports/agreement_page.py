"""The administrator's page on how often people agree with flags and levels: numbers of the whole school."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from classroom import access
from classroom.models import Policy
from classroom.words import level_word, percent
from reports.agreement import NEEDED, STEP, Share, Tally, answers, decisions

Row = tuple[str, tuple[str, ...]]
"""What it is about, and its cells; none: not yet known."""


@login_required
@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    policy = Policy.objects.filter(school=school).first()
    flags = decisions(school, policy) if policy else []
    told = answers(school, policy) if policy else []
    context = {
        "section": "overview",
        "needed": NEEDED,
        "step": STEP,
        "least": policy.minimum_group_size if policy else 0,
        "kept_days": policy.retention_days if policy else 0,
        "flags": [(str(one.kind.label), _cells(one.decided), _at_least(one.expired)) for one in flags],
        "levels": [(level_word(one.level), _cells(one.answers)) for one in told],
    }
    return render(request, "reports/agreement.html", context)


def _cells(found: Tally | None) -> tuple[str, ...]:
    return (_at_least(found.count), *map(_share, found.shares)) if found else ()


def _share(one: Share) -> str:
    return _("%(share)s (%(low)s to %(high)s)") % {
        "share": percent(one.share),
        "low": percent(one.low),
        "high": percent(one.high),
    }


def _at_least(count: int) -> str:
    if not count:
        return _("fewer than %(step)s") % {"step": STEP}
    return _("%(count)s or more") % {"count": count}
