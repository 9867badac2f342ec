"""The programs of a school, for its administrators: who has which token and webhook, and the record store."""

from typing import cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.forms.programs import RecordStoreForm
from classroom.models import School, User
from classroom.views.webhooks import origin_of


@login_required
@require_GET
def school_programs(request: HttpRequest) -> HttpResponse:
    """Never a token, a secret or an address, which may hold one."""
    school = access.school_administered_by(request.user)
    context = {
        "section": "people",
        "school": school,
        "now": timezone.now(),
        "tokens": access.tokens_of_school(request.user),
        "webhooks": access.webhooks_of_school(request.user),
        "store": queries.record_store_of(school),
    }
    return render(request, "people/programs.html", context)


@login_required
@require_POST
def revoke_school_token(request: HttpRequest, token_id: int) -> HttpResponse:
    school, actor = _administered(request)
    token = access.token_to_end(request.user, token_id)
    services.revoke_token_of_school(token_id=token.id, actor=actor, school=school, now=timezone.now())
    messages.success(request, _("The token is revoked: it opens nothing any more."))
    return redirect("school_programs")


@login_required
@require_POST
def remove_school_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    webhook = access.webhook_to_end(request.user, webhook_id)
    services.remove_webhook(webhook=webhook, actor=cast(User, request.user), now=timezone.now())
    messages.success(request, _("The webhook is removed: nothing is sent there any more."))
    return redirect("school_programs")


@login_required
@require_http_methods(["GET", "POST"])
def record_store(request: HttpRequest) -> HttpResponse:
    """A post sets it up, or changes it."""
    school, actor = _administered(request)
    store = queries.record_store_of(school)
    form = RecordStoreForm(request.POST or None, store=store)
    if request.method == "POST" and form.is_valid():
        raise_if_reauthentication_required(request, app="allauth.account")
        try:
            services.set_store(
                school=school, actor=actor, origin=origin_of(request), now=timezone.now(), **form.cleaned_data
            )
        except AnticipatedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The record store is saved. Send a test to see whether it answers."))
            return redirect("record_store")
    context = {
        "section": "people",
        "school": school,
        "store": store,
        "form": form,
        "may_tell_of_students": queries.may_tell_stores(school),
        "deliveries": queries.last_deliveries(store) if store else [],
    }
    return render(request, "people/record_store.html", context)


@login_required
@require_POST
def test_record_store(request: HttpRequest) -> HttpResponse:
    try:
        services.try_store(store=access.record_store_to_manage(request.user), now=timezone.now())
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("The store is being asked. Load this page again to see what it answered.")
        )
    return redirect("record_store")


@login_required
@require_POST
def pause_record_store(request: HttpRequest) -> HttpResponse:
    services.pause_store(store=access.record_store_to_manage(request.user), now=timezone.now())
    messages.success(request, _("Sending is paused: of lessons that end meanwhile nothing is sent."))
    return redirect("record_store")


@login_required
@require_POST
def resume_record_store(request: HttpRequest) -> HttpResponse:
    services.resume_store(store=access.record_store_to_manage(request.user))
    messages.success(request, _("Sending goes on with the next lesson that ends."))
    return redirect("record_store")


@login_required
@require_POST
def remove_record_store(request: HttpRequest) -> HttpResponse:
    store = access.record_store_to_manage(request.user)
    services.remove_store(store=store, actor=cast(User, request.user), now=timezone.now())
    messages.success(
        request, _("The record store is removed. What it holds stays there until it is deleted there.")
    )
    return redirect("record_store")


def _administered(request: HttpRequest) -> tuple[School, User]:
    return access.school_administered_by(request.user), cast(User, request.user)
