"""How reliable a report is, in plain words: what its figures rest on, and what is not known."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classroom.words import percent
from emotion.values import Signal
from reports import sentences
from reports.conclusions import told_minutes
from reports.values import Cameras, Summary


def reliability(summary: Summary) -> list[str]:
    """A sentence for each thing that the figures rest on; those that do not apply are left out."""
    if not summary.asked_for_cameras:
        return [
            _covered(summary),
            _("No camera was asked for: there is only what students said, and attendance."),
        ]
    found = [_covered(summary), *(_cameras(summary.cameras, summary) if summary.cameras else [_too_few()])]
    if summary.estimates:
        found.append(
            _("A range in brackets holds the mean of 95 of 100 classes with such students and minutes.")
        )
    if summary.phases:
        found.append(
            _(
                "A change is reported only where it lasted; of twenty even lessons, about one, or "
                "none, seems to change."
            )
        )
    if summary.network:
        found.append(_("Expressions were read by the network %(name)s.") % {"name": summary.network})
    return found


def _covered(summary: Summary) -> str:
    if summary.allows(Signal.ATTENTION):
        text = _("A statement about the class is possible in %(told)s.")
    else:
        text = _("Taps are counted in %(told)s.")
    return text % {"told": sentences.of_lesson(told_minutes(summary), summary)}


def _too_few() -> str:
    return _("Too few show their own results to say how well cameras were read.")


def _cameras(one: Cameras, summary: Summary) -> list[str]:
    on = ngettext(
        "The camera of %(count)s student who shows results was on for %(coverage)s of the lesson.",
        "The cameras of %(count)s students who show their results were on for %(coverage)s of the lesson.",
        one.students,
    ) % {"count": one.students, "coverage": percent(one.coverage)}
    faces = _(
        "In %(share)s of their pictures no face was found: too dark, turned away, too far, or nobody there. "
        "How bright a picture was is kept nowhere."
    ) % {"share": percent(one.no_face)}
    found = [on, faces, _thin(one.thin_minutes, summary)]
    if one.uncertain is not None:
        text = _("Their expression was uncertain in %(share)s of the time that was read.")
        found.append(text % {"share": percent(one.uncertain)})
    return found


def _thin(minutes: int, summary: Summary) -> str:
    if not minutes:
        return _("Pictures were read as often as they were due: analysis was not behind.")
    return _(
        "In %(minutes)s fewer than half of the pictures that were due were read: analysis was behind, or "
        "connections were slow."
    ) % {"minutes": sentences.of_lesson(minutes, summary)}
