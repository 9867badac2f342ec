"""The front door: everybody is led to where the own work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from classroom.forms.joining import CodeForm
from classroom.models import Policy


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    if user.is_authenticated and user.is_teacher:
        return redirect("classrooms")
    if user.is_authenticated and user.is_admin:
        has_policy = Policy.objects.filter(school=user.school_id).exists()
        return redirect("overview" if has_policy else "choose_policy")
    return render(request, "home.html", {"form": CodeForm(label_suffix="")})
