"""How good is this? One page for everybody who is measured, or is told what was."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from classroom.queries.how_good import measured_how_good


@require_safe
def how_good(request: HttpRequest) -> HttpResponse:
    """Open to all: nothing of a school stands there, and students may ask it too."""
    return render(request, "how_good.html", {"found": measured_how_good()})
