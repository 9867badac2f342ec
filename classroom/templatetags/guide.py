"""The way from any page to the help that fits it."""

from django import template
from django.template.context import Context

from classroom.guide.pages import STAY_OPEN, HelpPage, page_for

register = template.Library()


@register.inclusion_tag("partials/help_link.html", takes_context=True)
def help_link(context: Context) -> dict[str, HelpPage | bool | None]:
    """Pages that tell of an error may have no request, or one that leads nowhere: they link to all help."""
    match = getattr(context.get("request"), "resolver_match", None)
    url_name = match.url_name if match else None
    return {"page": page_for(url_name), "stays_open": url_name in STAY_OPEN}
