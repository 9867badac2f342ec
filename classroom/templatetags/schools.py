"""Whose a page is: its colour, logo and footer follow from it."""

from collections.abc import Mapping
from typing import Any

from django import template

from classroom.models import School

register = template.Library()


@register.simple_tag(takes_context=True)
def school_of_page(context: Mapping[str, Any]) -> School | None:
    """The school that the page names, or that of its class, or that of who looks. None of the front door."""
    if isinstance(named := context.get("page_school"), School):
        return named
    lesson, classroom = context.get("lesson"), context.get("classroom")
    classroom = classroom or getattr(lesson, "classroom", None)
    for owner in (classroom, context.get("invitation"), context.get("user")):
        if isinstance(school := getattr(owner, "school", None), School):
            return school
    return None
