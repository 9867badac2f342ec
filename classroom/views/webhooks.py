"""The webhooks of one's own: set up, tested, looked at, paused and removed."""

from collections.abc import Callable

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.forms.programs import EventsForm, WebhookForm
from classroom.models import Webhook


@login_required
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """The secret of a new one is shown once, on the answer itself."""
    owner, school = access.member_of_staff(request.user)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        raise_if_reauthentication_required(request, app="allauth.account")
        try:
            made, secret = services.make_webhook(
                owner=owner,
                school=school,
                origin=origin_of(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except AnticipatedError as error:
            form.add_error(None, str(error))
        else:
            return _shown(request, made, secret=secret)
    own = Webhook.objects.filter(owner=owner, school=school)
    return render(request, "account/webhooks.html", {"section": "account", "form": form, "webhooks": own})


@login_required
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """A post chooses other events."""
    own = access.own_webhook(request.user, webhook_id)
    form = EventsForm(request.POST or None, initial={"events": own.events})
    if request.method == "POST" and form.is_valid():
        services.choose_events(webhook=own, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The choice of events is saved."))
        return redirect("webhook", own.id)
    return _shown(request, own, form=form)


@login_required
@require_POST
def test_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    own = access.own_webhook(request.user, webhook_id)
    said = _("A test event is on its way. Load this page again to see what was answered.")
    return _done(request, own, said, lambda: services.try_webhook(webhook=own, now=timezone.now()))


@login_required
@require_POST
def pause_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    own = access.own_webhook(request.user, webhook_id)
    said = _("The webhook is paused: nothing is sent, and nothing is kept for later.")
    return _done(request, own, said, lambda: services.pause_webhook(webhook=own, now=timezone.now()))


@login_required
@require_POST
def resume_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    own = access.own_webhook(request.user, webhook_id)
    said = _("The webhook is on: it hears of what happens from now on.")
    return _done(request, own, said, lambda: services.resume_webhook(webhook=own))


@login_required
@require_POST
def renew_webhook_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Shown once, on the answer itself."""
    own = access.own_webhook(request.user, webhook_id)
    raise_if_reauthentication_required(request, app="allauth.account")
    return _shown(request, own, secret=services.renew_secret(webhook=own, now=timezone.now()))


@login_required
@require_POST
def remove_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    own = access.own_webhook(request.user, webhook_id)
    services.remove_webhook(webhook=own, actor=own.owner, now=timezone.now())
    messages.success(request, _("The webhook is removed: nothing is sent there any more."))
    return redirect("webhooks")


def origin_of(request: HttpRequest) -> str:
    """This server's address as the visitor has it, without a slash at the end."""
    return request.build_absolute_uri("/").rstrip("/")


def _done(request: HttpRequest, own: Webhook, said: str, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("webhook", own.id)


def _shown(
    request: HttpRequest, own: Webhook, *, form: EventsForm | None = None, secret: str = ""
) -> HttpResponse:
    now = timezone.now()
    context = {
        "section": "account",
        "webhook": own,
        "form": form or EventsForm(initial={"events": own.events}),
        "secret": secret,
        "signs_with_former": own.former_until is not None and now < own.former_until,
        "deliveries": queries.last_deliveries(own),
    }
    return render(request, "account/webhook.html", context)
