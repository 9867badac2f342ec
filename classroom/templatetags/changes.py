"""What a change in the school's log says, in the reader's language."""

from django import template

from classroom.change_words import read_detail
from classroom.models import AccountChange

register = template.Library()


@register.simple_tag
def detail_of(change: AccountChange) -> str:
    return read_detail(change)
