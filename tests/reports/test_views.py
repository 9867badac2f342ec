"""The report's pages: what stands on them, for whom, and what each look leaves behind."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.http import Http404
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from classroom.access import participant_to_see
from classroom.models import (
    AccessLogEntry,
    Flag,
    Lesson,
    Marker,
    Participant,
    Policy,
    PulseCheck,
    Reading,
    Report,
    RollupBin,
    User,
)
from classroom.models.reviews import Place
from classroom.services import withdraw_consent
from emotion.values import Signal
from reports.build import build_report
from tests.factories import MONDAY, make_admin
from tests.reports.class_of import make_taught_class
from tests.reports.scenes import (
    make_bins,
    make_ended_lesson,
    make_marker,
    make_self_report,
    make_student,
)

pytestmark = pytest.mark.django_db


def make_ready(lesson):
    build_report(lesson_id=lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=lesson.id).update(report_state="ready")


@pytest.fixture
def taught():
    """Taught this morning, so that nothing is past retention."""
    found = make_taught_class(started_at=timezone.now() - timedelta(hours=3))
    make_ready(found.lesson)
    return found


@pytest.fixture
def teacher(client, taught):
    client.force_login(taught.lesson.classroom.teacher)
    return client


def url(taught, rest=""):
    return f"/lessons/{taught.lesson.id}/report/{rest}"


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def looks():
    return set(AccessLogEntry.objects.values_list("participant__display_name", "place"))


# --- who was here, and flags in words ----------------------------------------------------------------------


def test_who_was_here_when_is_drawn_for_everybody_alike_and_from_the_page_alone(teacher, taught):
    """No camera's reading changes a bar."""
    bar = r'<path d="M(\d+) 0h(\d+)v4h-\2z" />'
    bars = re.findall(bar, text_of(teacher.get(url(taught))))
    assert bars == [("0", "45")] * 6 + [("2", "43"), ("0", "45")]
    RollupBin.objects.all().delete()
    assert re.findall(bar, text_of(teacher.get(url(taught)))) == bars


def test_a_flag_tells_time_in_minutes_and_how_clear_it_is_in_a_word(teacher, taught):
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    flags = page[page.index('id="flags"') : page.index('id="heat-map"')]
    assert re.search(r"<dt>Time</dt><dd>about \d+ of \d+ minutes</dd>", flags)
    assert re.search(r"<dt>Against the limit</dt><dd>(clearly|weakly) above</dd>", flags)
    assert re.search(r"<dt>Measured</dt><dd>\d+ of 43 minutes</dd>", flags)
    assert "%" not in flags


# --- the class ---------------------------------------------------------------------------------------------


def test_the_report_says_what_was_answered_to_with_me_as_far_as_the_policy_of_today_tells_it(teacher, taught):
    at = taught.lesson.started_at + timedelta(minutes=12)
    told = {"group_size": 5, "of": "class", "asked": 8, "yes": 4, "partly": 1, "no": 2}
    PulseCheck.objects.create(
        lesson=taught.lesson, at=at, closes_at=at + timedelta(seconds=30), closed_at=at, told=told
    )
    words = "“With me?” was asked in minute 12: 4 yes, 1 partly, 2 no, from 8 students asked."
    assert words in text_of(teacher.get(url(taught)))
    Policy.objects.update(minimum_group_size=6)
    assert "With me?" not in text_of(teacher.get(url(taught)))


def test_the_report_opens_without_individual_results(teacher, taught):
    page = text_of(teacher.get(url(taught)))
    assert "The class with you" in page and "Worked example" in page
    assert "2 drafts of flags" in page
    assert 'class="student"' not in page and "resembled sadness" not in page and "measured 95" not in page
    assert looks() == set()


def test_every_look_at_individual_results_is_logged(teacher, taught):
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "The expression most often resembled sadness" in page
    assert {name for name, _page in looks()} == {"Ada", "Bao", "Chiara", "Dmitri", "Emeka", "Fatima"}
    assert {page for _name, page in looks()} == {"report"}


WHERE = "Where it was read"


def read_by(taught, one, reader):
    lesson = taught.lesson
    Reading.objects.create(
        lesson=lesson,
        participant=one,
        taken_at=lesson.started_at + timedelta(minutes=9),
        school=lesson.classroom.school,
        consent=one.consents.get(lesson=lesson),
        reader=reader,
        faces=1,
        level="engaged",
        was_folded=True,
    )


@pytest.mark.parametrize(("reader", "told"), [("browser", 1), ("server", 0)])
def test_a_flag_says_where_that_was_read_which_no_server_saw(teacher, taught, reader, told):
    read_by(taught, taught.sad, reader)
    read_by(taught, taught.disengaged, "server")
    assert text_of(teacher.get(url(taught, "?individuals=1"))).count(WHERE) == told
    assert text_of(teacher.get(url(taught, f"participants/{taught.sad.id}/"))).count(WHERE) == told


@pytest.mark.parametrize(("agreed", "told"), [(["browser"], 1), (["browser", "server"], 0)])
def test_once_its_readings_are_deleted_it_says_so_of_who_agreed_to_no_other_place(
    teacher, taught, agreed, told
):
    taught.sad.consents.update(readers=agreed)
    assert text_of(teacher.get(url(taught, "?individuals=1"))).count(WHERE) == told


def test_absence_is_reported_and_is_no_flag(teacher, taught):
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "absent: face in 0%" in page
    assert not taught.lesson.flags.filter(participant=taught.absent).exists()


def test_class_only_looks_exactly_like_declined(teacher, taught):
    taught.declined.attendances.update(joined_at=taught.lesson.started_at)
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    first, second = (row_of(page, one.display_name) for one in (taught.declined, taught.class_only))
    assert first == second
    assert "no individual data" in first


def row_of(page, name):
    rows = re.findall("<tr>(.*?)</tr>", page)
    return next(row for row in rows if f'<th scope="row">{name}</th>' in row).replace(name, "NAME")


def test_sharing_without_a_camera_looks_like_declined(teacher, taught):
    make_student(taught.lesson, display_name="Kofi")
    taught.declined.attendances.update(joined_at=taught.lesson.started_at)
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert row_of(page, "Kofi") == row_of(page, taught.declined.display_name)


def test_who_withdraws_vanishes_from_the_report(teacher, taught):
    withdraw_consent(lesson_id=taught.lesson.id, participant_id=taught.sad.id, now=timezone.now())
    assert "being written" in text_of(teacher.get(url(taught)))
    make_ready(taught.lesson)
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "resembled sadness" not in page
    assert "no individual data" in row_of(page, taught.sad.display_name)


def test_a_simulation_says_so_at_the_top(teacher, taught):
    Lesson.objects.filter(id=taught.lesson.id).update(is_simulation=True)
    assert "This is the report of a simulation" in text_of(teacher.get(url(taught)))


def narrow(preset, *signals):
    """The school allows less from now on, before anything stored is deleted."""
    Policy.objects.update(preset=preset, **{f"allows_{one}": one in signals for one in Signal})


EXPRESSION_WORDS = ("resembl", "sadness", "happiness")


def test_a_policy_narrowed_to_presence_shows_neither_attention_nor_expression(teacher, taught):
    narrow("presence", "presence")
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "The school&#x27;s policy computes neither attention nor expression" in page
    assert "A face was seen in 100% of the readings" in page
    assert "No flag was drafted." in page and "drafts of flags" not in page
    assert "none are drafted: key moments, attendance and what students said stand instead" in page
    assert "55%" not in page and "of the time for" not in page
    assert not has_any(page, *EXPRESSION_WORDS, "Engagement", "With you")


def test_a_policy_narrowed_to_attention_shows_no_expression(teacher, taught):
    narrow("attention", "presence", "attention")
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "drifting, or looking down or away, much of the time" in page and "With you" in page
    assert "of the time for disengagement" in page
    assert not has_any(page, *EXPRESSION_WORDS)
    own = text_of(teacher.get(url(taught, f"participants/{taught.sad.id}/")))
    assert not has_any(own, *EXPRESSION_WORDS)


def test_a_school_without_cameras_reads_what_students_said(teacher, taught):
    narrow("self_report")
    page = text_of(teacher.get(url(taught)))
    assert "Self-report only, no camera at all" in page and "nothing: no camera was asked for" in page
    assert "<dt>minutes with taps counted</dt><dd>43 of 43</dd>" in page
    assert "What students said" in page
    assert not has_any(page, "Students who share", "Show individual", "with individual", "showed no results")
    assert not has_any(page, *EXPRESSION_WORDS, "Engagement", "face was seen", "Interval between")
    assert not has_any(page, "No individual data", "hold names and individual results", "camera that is off")
    assert "Write this report again" in page and "thresholds" not in page
    assert "All but the PDF of the class hold names, and when each was there." in page


def test_what_no_individual_data_means_is_said_where_it_stands(teacher, taught):
    said = "“No individual data” has many reasons, and none of them is shown."
    attendance = [
        text_of(teacher.get(url(taught, rest))).split('id="attendance"')[1].split("</section>")[0]
        for rest in ("", "?individuals=1")
    ]
    assert [said in part for part in attendance] == [False, True]


@pytest.mark.parametrize("charts", [[], ["a chart"]])
def test_numbers_at_the_top_of_the_charts_are_spoken_of_where_there_are_charts(charts):
    moment = {"number": 1, "label": "Question", "minute": "1:00", "at": MONDAY}
    told = {"moments": [moment], "charts": charts}
    shown = render_to_string("reports/partials/moments.html", told)
    assert ("top of the charts" in shown) is bool(charts)


def has_any(page, *words):
    """Which of the words the page says."""
    return [word for word in words if word in page]


def test_a_demonstration_shows_what_was_computed_from_rendered_faces(teacher, taught):
    narrow("presence", "presence")
    Lesson.objects.filter(id=taught.lesson.id).update(is_simulation=True)
    Participant.objects.update(is_simulated=True)
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "resembled sadness" in page and "Most of the class were with you" in page


def test_a_trial_in_a_demonstration_shows_no_more_than_its_school_allows(teacher, taught):
    narrow("presence", "presence")
    Lesson.objects.filter(id=taught.lesson.id).update(is_simulation=True)
    Participant.objects.exclude(id=taught.sad.id).update(is_simulated=True)
    Participant.objects.filter(id=taught.sad.id).update(is_trial=True)
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "Ada (trial)" in page and "resembled sadness" not in page


def test_the_page_begins_with_three_sentences_and_ends_with_how_reliable_it_is(teacher, taught):
    Marker.objects.filter(label="Started an exercise").update(label="<b>An exercise</b>")
    make_ready(taught.lesson)
    page = text_of(teacher.get(url(taught)))
    titles = re.findall("<h2[^>]*>(.*?)</h2>", page)
    assert titles[0] == "In three sentences" and titles[-1] == "How reliable is this?"
    assert page.count("<li><strong>") == 3
    assert "<b>An exercise</b>" not in page
    own = text_of(teacher.get(url(taught, f"participants/{taught.sad.id}/")))
    assert "What this rests on" in own and "How reliable is this?" not in own


def test_fewer_than_three_sentences_are_not_called_three(teacher, taught):
    Participant.objects.all().delete()
    Policy.objects.update(allows_self_report=False)
    make_ready(taught.lesson)
    page = text_of(teacher.get(url(taught)))
    assert page.count("<li><strong>") < 3
    assert "In short" in page and "In three sentences" not in page


def test_a_change_is_drawn_beside_its_words(teacher, taught):
    page = text_of(teacher.get(url(taught)))
    turns = page.split('id="turns-title"')[1].split("</section>")[0]
    assert turns.count("<svg") == turns.count("Engagement of those who show it went from") > 0
    assert "were with you from minute" in turns


def test_how_much_evidence_there_is_stands_first(teacher, taught):
    page = text_of(teacher.get(url(taught)))
    stats = re.search('<dl class="stats">(.*?)</dl>', page).group(1)
    assert stats.strip().startswith(
        "<div><dt>minutes with evidence for the class</dt><dd>41 of 43</dd></div>"
    )


def test_a_class_of_which_nothing_was_told_reads_one_constant_sentence(client):
    found = make_taught_class(shows="nothing", started_at=timezone.now() - timedelta(hours=3))
    make_ready(found.lesson)
    client.force_login(found.lesson.classroom.teacher)
    page = text_of(client.get(url(found)))
    assert "Not enough to say anything about the class as a whole." in page
    assert "<dt>minutes with evidence for the class</dt><dd>0 of 43</dd>" in page
    assert "engagement of those" not in page and "students counted" not in page


def test_one_person_alone_who_says_lost_stands_nowhere(client):
    lesson = make_ended_lesson(started_at=timezone.now() - timedelta(hours=3))
    one = make_student(lesson)
    make_self_report(lesson, one, minute=8.5)
    make_marker(lesson, minute=8)
    make_ready(lesson)
    client.force_login(lesson.classroom.teacher)
    page = text_of(client.get(f"/lessons/{lesson.id}/report/?individuals=1"))
    assert "Taps are counted for everybody while 5 or more were present who showed no results" in page
    assert not has_any(page, "said “lost”", "1 lost", "What students said", "most “lost”")
    files = client.get(f"/lessons/{lesson.id}/report.json").json()
    assert files["said"] == []
    assert {files["key_moments"][0][f"lost_{side}"] for side in ("before", "after")} == {None}


def test_an_open_lesson_has_no_report_yet(teacher, taught):
    Lesson.objects.filter(id=taught.lesson.id).update(ended_at=None, report_state="none")
    response = teacher.get(url(taught))
    assert (response.status_code, response.url) == (302, f"/lessons/{taught.lesson.id}/")


def test_an_administrator_reads_that_a_lesson_is_still_going_on(client, taught):
    Lesson.objects.filter(id=taught.lesson.id).update(ended_at=None, report_state="none")
    client.force_login(make_admin(school=taught.lesson.classroom.school))
    assert "This lesson is still going on." in text_of(client.get(url(taught)))


def test_the_number_of_queries_does_not_grow_with_the_class(client):
    counts = []
    for students in (8, 20):
        found = make_taught_class(students=students, started_at=timezone.now() - timedelta(hours=3))
        make_ready(found.lesson)
        client.force_login(found.lesson.classroom.teacher)
        files = [f"/lessons/{found.lesson.id}/report.{one}" for one in ("json", "pdf?individuals=1")]
        paths = (url(found), url(found, "?individuals=1"), *files)
        counts.append([queries_of(client, path) for path in paths])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 26


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


# --- one student -------------------------------------------------------------------------------------------


def test_a_students_own_page_tells_the_expression_in_minutes_and_words(teacher, taught):
    page = text_of(teacher.get(url(taught, f"participants/{taught.sad.id}/")))
    sentence = page[page.index("The expression most often") :].split("</")[0]
    exhibit = page[page.index('id="own-expression-title"') :].split("</section>")[0]
    assert "sadness</th> <td" in exhibit.replace("</th><td", "</th> <td")
    assert "expression weakly resembles sadness" in exhibit
    assert not re.search(r"\d\s*%", sentence + exhibit), "a percentage would be taken for certainty"
    assert re.search(r"<dt>Resembled sadness</dt> ?<dd>weakly for 41 min</dd>", page), "the flag says it too"


def test_a_students_own_page_is_logged(teacher, taught):
    page = text_of(teacher.get(url(taught, f"participants/{taught.sad.id}/")))
    assert "The expression most often resembled sadness: weakly for 41 min, of 41 min read." in page
    assert looks() == {("Ada", "participant_report")}


@pytest.mark.parametrize("who", ["declined", "class_only"])
def test_who_does_not_share_has_no_page_and_no_log_entry(teacher, taught, who):
    participant = getattr(taught, who)
    assert teacher.get(url(taught, f"participants/{participant.id}/")).status_code == 404
    assert looks() == set()


@pytest.mark.parametrize("choice", ["class_mood", "no_camera"])
def test_the_right_to_see_a_student_ends_with_the_sharing(taught, choice):
    """The right itself, whatever the page would find."""
    viewer = taught.lesson.classroom.teacher
    look = {"place": Place.REPORT, "now": timezone.now()}
    assert participant_to_see(viewer, taught.lesson, taught.sad.id, **look) == taught.sad
    taught.sad.consents.update(choice=choice)
    with pytest.raises(Http404):
        participant_to_see(viewer, taught.lesson, taught.sad.id, **look)
    assert AccessLogEntry.objects.count() == 1


def test_a_student_of_another_lesson_has_no_page_here(teacher, taught):
    other = make_taught_class(started_at=timezone.now() - timedelta(hours=3))
    assert teacher.get(url(taught, f"participants/{other.sad.id}/")).status_code == 404


def move(lesson, *, ended_at):
    """The lesson to another time, with its sums and consents."""
    started_at = ended_at - timedelta(minutes=45)
    by = started_at - lesson.started_at
    lesson.bins.update(starts_at=F("starts_at") + by)
    lesson.consents.update(given_at=F("given_at") + by)
    Lesson.objects.filter(id=lesson.id).update(started_at=started_at, ended_at=ended_at)


@pytest.mark.parametrize(
    ("days", "is_readable", "state"), [(29, True, "pending"), (31, True, "ready"), (31, False, "pending")]
)
def test_a_report_is_written_again_while_all_is_there_or_where_there_is_none(
    teacher, taught, days, is_readable, state
):
    """What was said goes with the readings; a report that cannot be shown is better written with less."""
    move(taught.lesson, ended_at=timezone.now() - timedelta(days=days))
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert ("Write this report again" in page) is (days == 29)
    assert 'class="student"' in page
    if not is_readable:
        Report.objects.update(summary={"version": 1})
    teacher.post(url(taught, "again/"))
    assert Lesson.objects.get(id=taught.lesson.id).report_state == state


def test_after_the_retention_the_class_report_stays_and_the_students_go(teacher, taught):
    Lesson.objects.filter(id=taught.lesson.id).update(
        started_at=timezone.now() - timedelta(days=93), ended_at=timezone.now() - timedelta(days=91)
    )
    taught.lesson.bins.all().delete()
    taught.lesson.flags.all().delete()
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "have been deleted, as the school" in page
    assert "Write this report again" not in page
    teacher.post(url(taught, "again/"))
    assert Lesson.objects.get(id=taught.lesson.id).report_state == "ready"


# --- key moments -------------------------------------------------------------------------------------------


def test_a_key_moment_is_put_right_in_the_report(teacher, taught, sent, django_capture_on_commit_callbacks):
    first, *others = taught.lesson.markers.all()
    assert f'action="{url(taught, f"moments/{first.id}/")}"' in text_of(teacher.get(url(taught)))
    with django_capture_on_commit_callbacks(execute=True):
        answer = teacher.post(url(taught, f"moments/{first.id}/"), {"label": "Trees"})
    assert answer.url == url(taught)
    make_ready(taught.lesson)
    teacher.post(url(taught, f"moments/{others[0].id}/"), {"label": "", "remove": "1"})
    make_ready(taught.lesson)
    page = text_of(teacher.get(url(taught)))
    assert "Trees" in page and first.label not in page and others[0].label not in page
    assert sent == [taught.lesson.id]


def test_a_key_moment_needs_a_name_in_the_report_too(teacher, taught):
    first = taught.lesson.markers.first()
    teacher.post(url(taught, f"moments/{first.id}/"), {"label": " "})
    assert "Give the key moment a short name." in text_of(teacher.get(url(taught)))
    assert taught.lesson.markers.first().label == first.label


def test_key_moments_stay_as_they_are_once_the_report_does(teacher, taught):
    move(taught.lesson, ended_at=timezone.now() - timedelta(days=40))
    first = taught.lesson.markers.first()
    teacher.post(url(taught, f"moments/{first.id}/"), {"remove": "1"})
    page = text_of(teacher.get(url(taught)))
    assert "the report stays as it is" in page and "Rename or remove" not in page
    assert taught.lesson.markers.filter(id=first.id).exists()


def test_an_administrator_reads_key_moments_and_changes_none(client, taught):
    client.force_login(make_admin(school=taught.lesson.classroom.school))
    assert "Rename or remove" not in text_of(client.get(url(taught)))


# --- waiting and failing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["pending", "building"])
def test_the_page_follows_a_report_that_is_being_written(teacher, taught, state):
    Lesson.objects.filter(id=taught.lesson.id).update(report_state=state, report_progress=40)
    page = text_of(teacher.get(url(taught)))
    assert f'data-status-url="{url(taught, "status.json")}"' in page and 'value="40"' in page
    assert teacher.get(url(taught, "status.json")).json() == {"state": state, "progress": 40}


@pytest.mark.parametrize("break_it", ["failed", "missing", "old version"])
def test_a_report_that_cannot_be_shown_says_what_to_do(teacher, taught, break_it):
    if break_it == "failed":
        Lesson.objects.filter(id=taught.lesson.id).update(report_state="failed")
    elif break_it == "missing":
        Report.objects.all().delete()
    else:
        Report.objects.update(summary={"version": 0})
    assert "Try again" in text_of(teacher.get(url(taught)))
    assert teacher.post(url(taught, "again/")).status_code == 302
    assert Lesson.objects.get(id=taught.lesson.id).report_state == "pending"


# --- flags -------------------------------------------------------------------------------------------------


@pytest.fixture
def flag(taught):
    return taught.lesson.flags.get(participant=taught.sad)


def review(client, flag, **fields):
    return client.post(f"/flags/{flag.id}/review/", fields)


@pytest.mark.parametrize("state", ["confirmed", "dismissed"])
def test_a_decision_is_kept_with_reason_reviewer_and_time(teacher, taught, flag, state):
    response = review(teacher, flag, state=state, reason="  We talked about it. ")
    assert response.url == f"{url(taught)}?individuals=1&saved={flag.id}#flag-{flag.id}"
    flag.refresh_from_db()
    assert (flag.state, flag.reason) == (state, "We talked about it.")
    assert flag.reviewed_by == taught.lesson.classroom.teacher and flag.reviewed_at is not None
    page = text_of(teacher.get(response.url))
    assert "We talked about it." in page and "Your decision is saved." in page
    assert taught.lesson.classroom.teacher.username in page


def test_who_decided_is_named_as_everywhere_else_and_not_by_the_login(teacher, taught, flag):
    own = taught.lesson.classroom.teacher
    User.objects.filter(id=own.id).update(first_name="Mira", last_name="Okafor")
    card = card_of(teacher.get(review(teacher, flag, state="dismissed", reason="A cold.").url), flag)
    assert "Mira Okafor," in card and own.username not in card
    User.objects.filter(id=own.id).update(first_name="", last_name="")
    assert f"{own.username}," in card_of(teacher.get(review_url(flag)), flag)
    Flag.objects.filter(id=flag.id).update(reviewed_by=None)
    assert "a person whose account was deleted," in card_of(teacher.get(review_url(flag)), flag)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"state": "confirmed"}, "Give a reason"),
        ({"state": "dismissed", "reason": "   "}, "Give a reason"),
        ({"state": "expired", "reason": "Because."}, "Choose whether to confirm"),
        ({"reason": "Because."}, "Choose whether to confirm"),
        ({"state": "confirmed", "reason": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_decision_needs_a_choice_and_a_reason(teacher, flag, fields, error):
    response = review(teacher, flag, **fields)
    assert response.status_code == 400
    page = response.content.decode()
    assert error in page and 'aria-invalid="true"' in page and fields.get("reason", "") in page
    flag.refresh_from_db()
    assert flag.state == "draft"


def test_a_second_decision_changes_nothing(teacher, flag):
    review(teacher, flag, state="dismissed", reason="First.")
    response = review(teacher, flag, state="confirmed", reason="Second.")
    assert "already been decided" in card_of(teacher.get(response.url), flag)
    flag.refresh_from_db()
    assert (flag.state, flag.reason) == ("dismissed", "First.")


def card_of(response, flag):
    page = text_of(response)
    start = page.index(f'id="flag-{flag.id}"')
    return page[page.rindex("<article", 0, start) : page.index("</article>", start)]


def test_what_became_of_a_decision_is_said_beside_its_flag(teacher, flag):
    answer = review(teacher, flag, state="dismissed", reason="A cold.")
    assert "Your decision is saved." in card_of(teacher.get(answer.url), flag)


def test_a_decision_can_be_corrected_and_what_it_replaces_is_not_kept(teacher, flag):
    review(teacher, flag, state="confirmed", reason="The wrong student.")
    flag.refresh_from_db()
    card = card_of(teacher.get(review_url(flag)), flag)
    (seen,) = re.findall('name="corrects" value="([^"]+)"', card)
    review(teacher, flag, state="dismissed", reason="It was somebody else.", corrects=seen)
    flag.refresh_from_db()
    assert (flag.state, flag.reason) == ("dismissed", "It was somebody else.")
    assert "The wrong student." not in card_of(teacher.get(review_url(flag)), flag)


def review_url(flag):
    return f"/lessons/{flag.lesson_id}/report/?individuals=1"


@pytest.mark.parametrize("state", ["draft", "expired", "dismissed"])
def test_a_correction_of_another_decision_than_was_seen_changes_nothing(teacher, flag, state):
    decided = {"reason": "First.", "reviewed_at": timezone.now()} if state == "dismissed" else {}
    Flag.objects.filter(id=flag.id).update(state=state, **decided)
    answer = review(teacher, flag, state="confirmed", reason="Second.", corrects="2026-01-01T09:00:00+00:00")
    assert f"late={flag.id}" in answer.url
    flag.refresh_from_db()
    assert flag.state == state


def test_a_flag_that_is_decided_looks_decided(teacher, flag):
    before = text_of(teacher.get(review_url(flag)))
    assert before.count('"flag flag-open') == 2 and before.count("1 draft of a flag<") == 2
    review(teacher, flag, state="dismissed", reason="A cold.")
    after = text_of(teacher.get(review_url(flag)))
    assert after.count('"flag flag-open') == 1 and after.count("1 draft of a flag<") == 1
    assert "flag confirmed" not in after


def test_an_administrator_of_the_school_may_review_and_another_may_not(client, taught, flag):
    client.force_login(make_admin())
    assert review(client, flag, state="dismissed", reason="No.").status_code == 404
    client.force_login(make_admin(school=taught.lesson.classroom.school))
    assert review(client, flag, state="dismissed", reason="No.").status_code == 302


def test_a_flag_that_is_not_shown_cannot_be_reviewed(teacher, taught, flag):
    """Not even to be told what its evidence is."""
    narrow("attention", "presence", "attention")
    for fields in ({"state": "confirmed", "reason": "So."}, {}):
        assert review(teacher, flag, **fields).status_code == 404
    flag.refresh_from_db()
    assert flag.state == "draft"


def test_an_expired_draft_shows_no_form(teacher, taught):
    Flag.objects.update(state="expired")
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "Nobody reviewed this draft in time." in page and "<textarea" not in page


def test_a_flag_of_somebody_who_no_longer_shares_is_not_shown(teacher, taught):
    make_bins(taught.lesson, make_student(taught.lesson), minutes=(0, 10))
    taught.sad.consents.update(choice="class_mood")
    page = text_of(teacher.get(url(taught, "?individuals=1")))
    assert "expression resembled sadness much of the time" not in page
