"""What a school shows to everybody: its imprint, its privacy page, its colour and its logo."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from classroom import queries
from classroom.colours import palette
from classroom.models import School, SchoolLogo

# Its address holds what it is made of, so it never changes.
FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def imprint(request: HttpRequest, school_id: int) -> HttpResponse:
    school = get_object_or_404(School, id=school_id)
    context = {"page_school": school, "contact": queries.contact_of(school)}
    return render(request, "school/imprint.html", context)


@require_safe
def privacy(request: HttpRequest, school_id: int) -> HttpResponse:
    """Made from the policy in force each time, so that it cannot say anything else."""
    school = get_object_or_404(School, id=school_id)
    found = queries.privacy_of(school)
    context = {
        "page_school": school,
        "contact": queries.contact_of(school),
        "privacy": found,
        "policy": found.policy if found else None,
        "offers_camera": bool(found and found.policy.signals),
    }
    return render(request, "school/privacy.html", context)


@require_safe
def colours(request: HttpRequest, accent: str) -> HttpResponse:
    """The few properties that differ from tokens.css; of the colour in the address, whoever has it.

    Raises Http404 for what is no colour.
    """
    try:
        shades = palette(f"#{accent}")
    except ValueError as error:
        raise Http404 from error
    response = render(
        request, "school/colours.css", {"shades": shades}, content_type="text/css; charset=utf-8"
    )
    response.headers["Cache-Control"] = FOR_GOOD
    return response


@require_safe
def logo(request: HttpRequest, school_id: int, digest: str) -> HttpResponse:
    """Raises Http404 for one that was replaced or removed."""
    found = get_object_or_404(SchoolLogo, school=school_id, school__logo_digest=digest)
    response = HttpResponse(bytes(found.png), content_type="image/png")
    response.headers["Cache-Control"] = FOR_GOOD
    return response
