"""A class over its lessons: the trend, the search, and two of them side by side."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from classroom import access, queries
from classroom.forms.teaching import PlainForm
from classroom.models import Classroom, Lesson
from reports.days import midnight
from reports.paging import pager
from reports.stored import stored_summaries
from reports.trend import by_term, pair, panels, point

LESSONS_A_PAGE = 50


class LessonFilter(PlainForm):
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=120)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def found_in(self, lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
        """A field that cannot be read filters nothing, and says so beside it. Days are the viewer's."""
        asked = self.cleaned_data
        if title := asked.get("title"):
            lessons = lessons.filter(title__icontains=title)
        if since := asked.get("since"):
            lessons = lessons.filter(started_at__gte=midnight(since))
        if until := asked.get("until"):
            lessons = lessons.filter(started_at__lt=midnight(until) + timedelta(days=1))
        return lessons


class TwoLessons(forms.Form):
    """Two different lessons that have ended, the earlier one first once it is valid."""

    lesson = forms.ModelMultipleChoiceField(queryset=Lesson.objects.none())

    def __init__(self, request: HttpRequest, lessons: QuerySet[Lesson]) -> None:
        super().__init__(request.GET)
        field = self.fields["lesson"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = lessons

    def clean_lesson(self) -> list[Lesson]:
        chosen = list(self.cleaned_data["lesson"].order_by("started_at", "id")[:3])
        if len(chosen) != 2:
            raise forms.ValidationError(_("Tick two lessons."))
        return chosen


@login_required
@require_GET
def class_lessons(request: HttpRequest, classroom_id: int) -> HttpResponse:
    classroom = access.classroom_to_review(request.user, classroom_id)
    form = LessonFilter(request.GET)
    form.is_valid()
    lessons = pager(request, form.found_in(_ended(request, classroom)), "page", LESSONS_A_PAGE)
    shown = list(lessons.page.object_list)
    summaries = stored_summaries(shown)
    points = [point(one, summaries.get(one.id)) for one in shown]
    comparable = sum(one.is_told for one in points) > 1
    tells_of_class = any(summary.tells_of_class for summary in summaries.values())
    context = {
        "section": "classrooms",
        "classroom": classroom,
        "form": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "lessons": lessons,
        "terms": by_term(points, queries.calendar_of(classroom.school)),
        "points": points,
        "panels": panels(points[::-1]),
        "comparable": comparable,
        "tells_of_class": tells_of_class,
        "columns": 4 + comparable + 2 * tells_of_class,
    }
    return render(request, "reports/class_lessons.html", context)


@login_required
@require_GET
def compare_lessons(request: HttpRequest, classroom_id: int) -> HttpResponse:
    classroom = access.classroom_to_review(request.user, classroom_id)
    form = TwoLessons(request, _ended(request, classroom))
    summaries = stored_summaries(form.cleaned_data["lesson"]) if form.is_valid() else {}
    if len(summaries) != 2:
        messages.error(request, _("Tick two lessons whose reports are ready, then compare them."))
        return redirect("class_lessons", classroom.id)
    first, second = form.cleaned_data["lesson"]
    context = {
        "section": "classrooms",
        "classroom": classroom,
        "first": first,
        "second": second,
        "pair": pair(summaries[first.id], summaries[second.id]),
    }
    return render(request, "reports/compare.html", context)


def _ended(request: HttpRequest, classroom: Classroom) -> QuerySet[Lesson]:
    """The newest first."""
    lessons = access.lessons_to_review(request.user).filter(classroom=classroom, ended_at__isnull=False)
    return lessons.order_by("-started_at", "-id")
