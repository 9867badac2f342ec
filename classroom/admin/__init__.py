"""Django's admin: what administrators keep in order, of their own school.

Measurements of persons, consents and what they imply are not registered, and no page here says who
declined: neither readings, states, bins and hints, nor the list of what a deletion would take along, nor a
filter typed into the address. The administration's own log numbers people instead of naming them.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from classroom.admin import access_log, accounts, classrooms, flags, lessons, participants, schools

__all__ = ["access_log", "accounts", "classrooms", "flags", "lessons", "participants", "schools"]

admin.site.site_header = _("ClassPulse administration")
admin.site.site_title = _("ClassPulse administration")
