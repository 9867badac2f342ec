"""A lesson, its policy and its consents, as they are now."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from classroom import disclosure, law
from classroom.models import (
    Classroom,
    Consent,
    GuardianAnswer,
    Lesson,
    MoodGroup,
    Participant,
    Policy,
    School,
    SelfReport,
    User,
)
from classroom.queries.asked import open_pulse
from classroom.queries.guardians import guardian_answer, guardian_answers
from classroom.queries.questions import class_questions, own_questions, voted_for
from classroom.terms import Reader, Terms
from classroom.wire.messages import Choice, CountedWith, ErrorCode, LessonInfo, StudentState
from emotion.values import Signal


def classrooms_of(teacher: User) -> QuerySet[Classroom]:
    """Own and shared ones by name, archived ones and the demonstration last.

    A count drops the order that a model has of itself.
    """
    return (
        Classroom.objects.taught_by(teacher)
        .select_related("school__policy", "teacher")
        .annotate(lesson_count=Count("lessons"))
        .order_by("is_demo", F("archived_at").desc(nulls_first=True), "name", "id")
    )


def lessons_of(classroom: Classroom) -> QuerySet[Lesson]:
    """The newest first, with how many took part in each, and how many of these only tried it."""
    trials = Q(consents__participant__is_trial=True)
    return classroom.lessons.annotate(
        participant_count=Count("consents__participant", distinct=True, filter=~trials),
        trial_count=Count("consents__participant", distinct=True, filter=trials),
    ).order_by("-started_at", "-id")


def open_lesson_of(classroom: Classroom) -> Lesson | None:
    return Lesson.objects.open().filter(classroom=classroom).first()


def active_consent(lesson_id: int, participant_id: int) -> Consent | None:
    """The consent in force. One that was given to older words is asked for again, so it is none."""
    given = Consent.objects.active().to_words_in_force()
    own = given.filter(lesson=lesson_id, participant=participant_id)
    return own.select_related("participant").first()


def policy_at_the_door(classroom: Classroom) -> Policy | None:
    """What holds for whoever joins now: in the open lesson, else in the next one."""
    lesson = Lesson.objects.open().filter(classroom=classroom).first()
    policy = _chosen_by(classroom.school)
    return policy.without_cameras() if policy and lesson and lesson.is_without_cameras else policy


def school_policy(lesson: Lesson) -> Policy | None:
    """What the teacher's school chose, for every real participant, as far as the lesson makes use of it."""
    policy = _chosen_by(lesson.classroom.school)
    return policy.without_cameras() if policy and lesson.is_without_cameras else policy


def policy_of(lesson: Lesson) -> Policy | None:
    """What holds in the lesson: in a demonstration, whose faces are rendered, everything is computed."""
    policy = school_policy(lesson)
    if not lesson.is_simulation:
        return policy
    return (policy or Policy(school=lesson.classroom.school)).for_rendered_faces()


def policy_for(lesson: Lesson, participant: Participant) -> Policy | None:
    """What holds for one participant: somebody real in a demonstration is read as the school allows."""
    return policy_of(lesson) if participant.is_simulated else school_policy(lesson)


def _chosen_by(school: School) -> Policy | None:
    """As far as the law lets it hold: the one place where every lesson, page and worker gets it from."""
    try:
        return school.policy.under(law.current())
    except Policy.DoesNotExist:
        return None


def policy_chosen(school: School | None) -> Policy | None:
    """What holds in the school whatever the lesson."""
    return _chosen_by(school) if school is not None else None


def allowed_signals(
    lesson_id: int, consent_ids: Iterable[int], now: datetime
) -> dict[int, frozenset[Signal]]:
    """What a worker may compute from pictures under each active consent: the policy AND the consent, and
    nothing in quiet hours."""
    consents = (
        Consent.objects.active()
        .filter(lesson=lesson_id, id__in=set(consent_ids))
        .select_related("participant", "lesson__classroom__school__policy")
    )
    given = [one for one in consents if not is_quiet(one, now)]
    cameras = cameras_under(given[0].lesson, given) if given else {}
    return {
        one.id: cameras[one.id].allowed(Reader.SERVER) if one.id in cameras else frozenset()
        for one in consents
    }


@dataclass(frozen=True, slots=True)
class Camera:
    """What a camera is good for under one consent.

    `terms` is what policy, guardian and consent all allow, None where one of them allows nothing; `refusal`
    says why nothing is read, `asks_again` says that more is allowed now than the student agreed to.
    """

    terms: Terms | None
    refusal: ErrorCode | None
    asks_again: bool

    def allowed(self, reader: Reader) -> frozenset[Signal]:
        return self.terms.allowed(reader) if self.terms else frozenset()


def cameras_under(lesson: Lesson, consents: Iterable[Consent]) -> dict[int, Camera]:
    """By consent; each with its participant, all of the lesson. One statement, where guardians are needed."""
    given = list(consents)
    policies = {one.id: policy_for(lesson, one.participant) for one in given}
    answers = guardian_answers(
        lesson.classroom.school_id,
        [
            one.participant
            for one in given
            if one.allows_camera
            and (policy := policies[one.id])
            and disclosure.needs_guardian(policy, one.participant)
        ],
    )
    return {one.id: _camera(lesson, one, policies[one.id], answers.get(one.participant_id)) for one in given}


def camera_under(lesson: Lesson, consent: Consent) -> Camera:
    return cameras_under(lesson, [consent])[consent.id]


def terms_under(lesson: Lesson, consent: Consent) -> Terms | None:
    """What policy, guardian and consent all allow of a camera; None where one of them allows none."""
    return camera_under(lesson, consent).terms


def cameras_of(consents: Iterable[Consent]) -> dict[int, Camera]:
    """By consent, of several lessons; one statement for each whose school asks guardians."""
    by_lesson: dict[int, list[Consent]] = {}
    for one in consents:
        by_lesson.setdefault(one.lesson_id, []).append(one)
    found: dict[int, Camera] = {}
    for its in by_lesson.values():
        found |= cameras_under(its[0].lesson, its)
    return found


def signals_under(consents: Iterable[Consent]) -> dict[int, frozenset[Signal]]:
    """What may be told of what was read, by consent; each with its participant and lesson."""
    cameras = cameras_of(consents).items()
    return {number: camera.terms.signals if camera.terms else frozenset() for number, camera in cameras}


def is_quiet(consent: Consent, now: datetime) -> bool:
    """Quiet hours of the school; those who are simulated have none. `consent` with participant and lesson."""
    school = consent.lesson.classroom.school
    return not consent.participant.is_simulated and school.hours.is_quiet(now)


def quiet_from(lesson: Lesson, now: datetime) -> datetime | None:
    """When the school's quiet hours begin, or began; None where the lesson has no camera to fall quiet."""
    policy = school_policy(lesson)
    return lesson.classroom.school.hours.quiet_from(now) if policy and policy.signals else None


def refusal_at(camera: Camera, consent: Consent, now: datetime) -> ErrorCode | None:
    """Why nothing is read from the camera now, or None where something is."""
    return camera.refusal or ("quiet_hours" if is_quiet(consent, now) else None)


def _camera(
    lesson: Lesson, consent: Consent, policy: Policy | None, guardian: GuardianAnswer | None
) -> Camera:
    allowed = (
        disclosure.allowed_by(policy, consent.participant, guardian, consent.choice)
        if policy and consent.allows_camera
        else None
    )
    terms = allowed & consent.terms if allowed else None
    return Camera(
        terms=terms,
        refusal=_refusal(lesson, consent, policy, allowed, terms),
        asks_again=asks_again(_now_allowed(policy, allowed, consent), consent),
    )


def _now_allowed(policy: Policy | None, of_camera: Terms | None, consent: Consent) -> Terms | None:
    """What the student might agree to: without a camera what has nothing to do with one."""
    return of_camera if consent.allows_camera or policy is None else policy.terms


def _refusal(
    lesson: Lesson, consent: Consent, policy: Policy | None, allowed: Terms | None, terms: Terms | None
) -> ErrorCode | None:
    if lesson.is_without_cameras:
        return "without_cameras"
    if policy is None or not policy.signals:
        return "no_policy"
    if consent.allows_camera and allowed is None:
        return "no_guardian"
    return None if terms and terms.signals and terms.readers else "no_consent"


def counted_with(lesson: Lesson, participant_id: int) -> CountedWith | None:
    """With how many, and of which kind, a class-only member is counted; None for everybody else."""
    group = MoodGroup.objects.filter(lesson=lesson, counted__contains=[participant_id]).first()
    if group is None:
        return None
    counted = Consent.objects.active().filter(lesson=lesson, participant__in=group.counted)
    return company(counted.values_list("standing", flat=True))


def company(standings: Iterable[str]) -> CountedWith:
    """How many of them have an account, how many were known on an earlier day, how many are new."""
    kinds = Counter(standings)
    accounts, known = kinds[Consent.Standing.ACCOUNT], kinds[Consent.Standing.KNOWN]
    return {"accounts": accounts, "known": known, "new": kinds[Consent.Standing.NEW]}


def asks_again(allowed: Terms | None, consent: Consent) -> bool:
    """More is allowed than was agreed to: what was agreed to goes on until the student answers.

    Without a camera that is what is sent to the school's record store, and nothing else.
    """
    if allowed is None:
        return False
    if consent.allows_camera:
        return allowed.widens(consent.terms)
    return not allowed.sendings <= consent.terms.sendings


def ways(participant: Participant, lesson: Lesson, policy: Policy) -> tuple[Consent.Choice, ...]:
    """The ways to take part that this student is offered now."""
    return disclosure.ways(participant, lesson, policy, answer_needed(participant, lesson, policy))


def answer_needed(participant: Participant, lesson: Lesson, policy: Policy) -> GuardianAnswer | None:
    """The newest of a guardian, where the camera of this student waits for one."""
    if not disclosure.needs_guardian(policy, participant):
        return None
    return guardian_answer(lesson.classroom.school_id, participant)


def lesson_info(lesson: Lesson, now: datetime) -> LessonInfo:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "classroom": lesson.classroom.name,
        "started_at": lesson.started_at.isoformat(),
        "now": (lesson.ended_at or lesson.time_at(now)).isoformat(),
        "open": lesson.is_open,
        "paused": lesson.is_open and lesson.open_pauses.exists(),
        "interval_ms": lesson.interval_ms,
        "capture_interval_ms": lesson.capture_interval_ms,
        "speed": lesson.speed,
        "pace": lesson.pace,
        "paced_from": lesson.paced_from.isoformat() if lesson.paced_from else None,
        "paced_at": lesson.paced_at.isoformat() if lesson.paced_at else None,
        "is_simulation": lesson.is_simulation,
        "report_state": lesson.report_state,
        "break_ends_at": lesson.break_ends_at.isoformat() if lesson.break_ends_at else None,
    }


def follow_pace(lesson: Lesson, told: LessonInfo) -> None:
    """Let a row that was read earlier run at the pace that was announced since."""
    lesson.pace = told["pace"]
    lesson.paced_from = datetime.fromisoformat(told["paced_from"]) if told["paced_from"] else None
    lesson.paced_at = datetime.fromisoformat(told["paced_at"]) if told["paced_at"] else None


def administrators_of(school: School) -> list[str]:
    """Names of those who can choose the school's policy."""
    admins = User.objects.filter(school=school, role=User.Role.ADMIN, is_active=True).order_by("id")
    return [admin.get_full_name() or admin.get_username() for admin in admins]


def last_taps(lesson: Lesson, participant_id: int) -> tuple[str | None, str | None]:
    """What a student said last of how it goes, and of the pace."""
    own = SelfReport.objects.filter(lesson=lesson, participant=participant_id)
    kinds, paces = own.values_list("kind", flat=True), Q(kind__in=SelfReport.PACES)
    return kinds.filter(~paces).last(), kinds.filter(paces).last()


def student_state(lesson: Lesson, consent: Consent, now: datetime) -> StudentState:
    camera = camera_under(lesson, consent)
    refusal = refusal_at(camera, consent, now)
    said, pace = last_taps(lesson, consent.participant_id)
    state: StudentState = {
        "type": "state",
        "lesson": lesson_info(lesson, now),
        "choice": cast(Choice, consent.choice),
        "camera": refusal is None,
        "signals": sorted(camera.terms.signals) if camera.terms else [],
        "readers": sorted(camera.terms.readers) if camera.terms else [],
        "readings_a_message": settings.READINGS_A_MESSAGE,
        "asks_again": camera.asks_again,
        "self_report": said,
        "pace": pace,
        "pulse": open_pulse(lesson, consent.participant_id, now),
        "questions": class_questions(lesson),
        "own_questions": own_questions(lesson, consent.participant_id),
        "voted": voted_for(lesson, consent.participant_id),
        "counted_with": counted_with(lesson, consent.participant_id),
    }
    if refusal is not None:
        state["camera_refused"] = refusal
    return state
