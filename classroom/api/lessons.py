"""Classes, their lessons and key moments, and what is told of a class while a lesson is open."""

from datetime import datetime
from typing import Annotated, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from classroom import access, queries, services
from classroom.api.door import Token, caller, token_of
from classroom.api.problems import REFUSALS
from classroom.api.values import (
    ClassroomValue,
    ClassValue,
    LessonValue,
    MomentValue,
    NewMoment,
    Page,
    Problem,
    SharedValue,
    StepValue,
    TokenValue,
    WordsValue,
)
from classroom.errors import LessonClosed
from classroom.models import Classroom, Lesson, Marker, User
from classroom.models.programs import Scope
from classroom.wire.messages import MoodInfo, SharedInfo, WordsInfo
from emotion.labels import EMOTIONS

router = Router()
ITEMS_A_PAGE = 100
PageNumber = Annotated[int, Field(ge=1, le=10_000)]


@router.get("/token", response={200: TokenValue} | REFUSALS, auth=Token(None))
def token(request: HttpRequest) -> TokenValue:
    """Whose this token is, and what it is good for."""
    own = token_of(request)
    school = own.owner.school
    return TokenValue(
        name=own.name,
        owner=own.owner.shown_name,
        school=school.name if school else "",
        scopes=[scope for scope in Scope if scope in own.scopes],
    )


@router.get("/classrooms", response={200: Page[ClassroomValue]} | REFUSALS, auth=Token(Scope.LESSONS))
def classrooms(request: HttpRequest, page: PageNumber = 1) -> Page[ClassroomValue]:
    """Those that a teacher teaches; an administrator's are all of the school."""
    items, count = _page(_classrooms_of(caller(request)), page)
    return Page(items=[_classroom(one) for one in items], count=count)


@router.get(
    "/classrooms/{int:classroom_id}/lessons",
    response={200: Page[LessonValue]} | REFUSALS,
    auth=Token(Scope.LESSONS),
)
def lessons(request: HttpRequest, classroom_id: int, page: PageNumber = 1) -> Page[LessonValue]:
    """The newest first."""
    classroom = access.classroom_to_review(caller(request), classroom_id)
    items, count = _page(queries.lessons_of(classroom), page)
    return Page(items=[_lesson(one) for one in items], count=count)


@router.get("/lessons/{int:lesson_id}", response={200: LessonValue} | REFUSALS, auth=Token(Scope.LESSONS))
def lesson(request: HttpRequest, lesson_id: int) -> LessonValue:
    """One lesson; `report` says how far its report is."""
    return _lesson(access.lesson_to_review(caller(request), lesson_id))


@router.get(
    "/lessons/{int:lesson_id}/moments",
    response={200: list[MomentValue]} | REFUSALS,
    auth=Token(Scope.LESSONS),
)
def moments(request: HttpRequest, lesson_id: int) -> list[MomentValue]:
    """The key moments, by time."""
    own = access.lesson_to_review(caller(request), lesson_id)
    return [_moment(one) for one in own.markers.all()]


@router.post(
    "/lessons/{int:lesson_id}/moments",
    response={201: MomentValue, 409: Problem} | REFUSALS,
    auth=Token(Scope.MOMENTS),
)
def add_moment(request: HttpRequest, lesson_id: int, moment: NewMoment) -> Status[MomentValue]:
    """A key moment of now, in an open lesson of one's own. No camera is called by it."""
    own = access.lesson_of_teacher(caller(request), lesson_id)
    marker = services.mark_by_program(lesson_id=own.id, label=moment.label, now=timezone.now())
    return Status(201, _moment(marker))


@router.get(
    "/lessons/{int:lesson_id}/class",
    response={200: ClassValue, 409: Problem} | REFUSALS,
    auth=Token(Scope.CLASS),
)
def class_now(request: HttpRequest, lesson_id: int) -> ClassValue:
    """The class of an open lesson as its teacher's screen shows it without names, and each step until now.

    After the lesson its report tells the same by minute.
    """
    own = access.lesson_of_teacher(caller(request), lesson_id)
    if not own.is_open:
        raise LessonClosed
    state = queries.teacher_state(own, timezone.now())
    view = state["view"]
    told: dict[str, Any] = {
        **view,
        "now": state["lesson"]["now"],
        "words": _words(view["words"]),
        "shared": _shared(view["shared"]),
        "steps": [_step(one) for one in state["moods"]],
    }
    return ClassValue.model_validate(told)


def _classrooms_of(user: User) -> QuerySet[Classroom]:
    if user.is_teacher:
        return queries.classrooms_of(user)
    return queries.with_owners(access.classrooms_of_school(user))


def _page(rows: QuerySet[Any], number: int) -> tuple[list[Any], int]:
    """A page past the last one is empty."""
    pages = Paginator(rows, ITEMS_A_PAGE)
    start = (number - 1) * ITEMS_A_PAGE
    return list(rows[start : start + ITEMS_A_PAGE]), pages.count


def _classroom(one: Any) -> ClassroomValue:
    """With the count of lessons that both queries bring along."""
    return ClassroomValue(
        id=one.id,
        name=one.name,
        owner=one.teacher.shown_name,
        is_demo=one.is_demo,
        is_archived=one.archived_at is not None,
        lessons=one.lesson_count,
    )


def _lesson(one: Lesson) -> LessonValue:
    return LessonValue(
        id=one.id,
        classroom_id=one.classroom_id,
        title=one.title,
        started_at=one.started_at,
        ended_at=one.ended_at,
        is_open=one.is_open,
        is_simulation=one.is_simulation,
        is_without_cameras=one.is_without_cameras,
        report=Lesson.ReportState(one.report_state),
    )


def _moment(one: Marker) -> MomentValue:
    return MomentValue(id=one.id, at=one.at, label=one.label)


def _step(told: MoodInfo) -> StepValue:
    at = datetime.fromisoformat(told["at"])
    return StepValue(at=at, words=_words(told["words"]), shared=_shared(told["shared"]))


def _words(told: WordsInfo | None) -> WordsValue | None:
    return WordsValue.model_validate(told | {"expressions": _by_label(told["expressions"])}) if told else None


def _shared(told: SharedInfo | None) -> SharedValue | None:
    if told is None:
        return None
    return SharedValue.model_validate(told | {"expression_shares": _by_label(told["expression_shares"])})


def _by_label(values: list[Any] | None) -> dict[Any, Any] | None:
    return dict(zip(EMOTIONS, values, strict=True)) if values else None
