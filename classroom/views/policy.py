"""The one decision that a school makes before anything is computed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classroom import access, services
from classroom.forms.policy import PolicyForm
from classroom.models import Policy, School

FIELDS = ("preset", "minimum_group_size", "retention_days", "minimum_age", "requires_guardian_consent")


@login_required
@require_http_methods(["GET", "POST"])
def choose_policy(request: HttpRequest) -> HttpResponse:
    admin = access.require_admin(request.user)
    if (school := admin.school) is None:
        raise Http404
    policy = Policy.objects.filter(school=school).first()
    form = PolicyForm(request.POST or None, initial=_initial(policy))
    if request.method == "POST" and form.is_valid():
        services.choose_policy(school=school, user=admin, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The policy is saved and holds from now on."))
        return redirect("overview")
    return render(request, "policy/choose.html", _context(form, school, policy))


def _initial(policy: Policy | None) -> dict[str, object]:
    """What holds now; in the first run the model's defaults, without a preset."""
    row = policy or Policy()
    return {name: getattr(row, name) for name in FIELDS if policy or name != "preset"}


def _context(form: PolicyForm, school: School, policy: Policy | None) -> dict[str, object]:
    return {"form": form, "school": school, "policy": policy, "section": "policy"}
