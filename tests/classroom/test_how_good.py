"""How good is this? One page, one click away, with the figures that were measured."""

import json
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from classroom.queries.how_good import BEHAVIOURS, LABELS, LIGHTS, measured_how_good
from classroom.words import percent
from emotion.judgement.measured import PLACE, measured
from reports.build import build_report
from tests.factories import MONDAY, make_lesson

pytestmark = pytest.mark.django_db


def page():
    return unescape(Client().get(reverse("how_good")).content.decode())


def test_everything_that_was_measured_has_words():
    kept = json.loads(PLACE.read_text())
    assert list(kept["levels"]) == list(LABELS)
    assert set(kept["sequences"]) == set(BEHAVIOURS)
    assert set(kept["light"]) == set(LIGHTS)


def test_the_page_prints_what_is_kept():
    kept, text = json.loads(PLACE.read_text()), page()
    value, low, high = (round(100 * one) for one in kept["auc_disengaged"])
    assert f"{value} times in 100 (between {low} and {high}" in text
    assert f"{kept['pictures']} pictures of {kept['students']} students" in text
    row = next(line for line in text.splitlines() if "looks into a phone" in line)
    phone = kept["sequences"]["phone"]
    told = "".join(
        f'<td class="numeric">{percent(phone[level])}</td>' for level in ("engaged", "drifting", "away")
    )
    assert told in row


def test_the_network_is_told_by_its_own_card(settings, tmp_path):
    card = {"scores": {"coverage_above_limit": 0.5, "accuracy_above_limit": 0.25}, "data": {"shown_faces": 8}}
    (tmp_path / "flagship.json").write_text(json.dumps(card))
    settings.MODELS_DIR = tmp_path
    found = measured_how_good().expressions
    assert (found.named, found.right, found.faces) == ("50%", "25%", 8)
    assert (found.clear, found.weak) == ("", ""), "a card from before says nothing of it"
    card["scores"] |= {"accuracy_clear": 0.95, "accuracy_weak": 0.7}
    (tmp_path / "flagship.json").write_text(json.dumps(card))
    assert "“clearly” named what most people saw in 95% of such faces, “weakly” in 70%" in page()


def test_it_says_on_whose_faces_it_fails():
    text = page()
    assert "Anger was named in 0 of 30 pictures, disgust in 0 of 29; in all, 44% were read right" in text
    frowns = "of 384 webcam pictures of people who acted one, 86% were read as neutral and 0 as anger."
    assert frowns in text


ELSEWHERE = {
    "named_right": 0.5,
    "named_sad_right": 0.25,
    "jaffe_anger_named": 1,
    "jaffe_anger_named_of": 9,
    "jaffe_disgust_named": 2,
    "jaffe_disgust_named_of": 8,
    "jaffe_accuracy": 0.125,
    "frowns_read_neutral": 0.75,
    "frowns_named_anger": 3,
    "frowns_named_anger_of": 16,
}


def served(folder, **measured):
    card = {
        "sha256": "of this file",
        "scores": {"coverage_above_limit": 0.5, "accuracy_above_limit": 0.25},
        "data": {"shown_faces": 8},
        "measured_elsewhere": [{"when": "once", "scores": ELSEWHERE, **measured}],
    }
    (folder / "flagship.json").write_text(json.dumps(card))
    return folder


def test_it_says_what_others_measured_of_the_network_that_is_served(settings, tmp_path):
    settings.MODELS_DIR = served(tmp_path, sha256="of this file")
    assert "50% of the expressions that it named were right" in page()
    assert "of 100 faces that it called sad, 25 were" in page()
    assert "Anger was named in 1 of 9 pictures, disgust in 2 of 8; in all, 12% were read right." in page()
    assert "of 16 webcam pictures of people who acted one, 75% were read as neutral and 3 as anger." in page()


@pytest.mark.parametrize(
    "measured",
    [{"sha256": "of the file before"}, {"sha256": "of this file", "scores": {"named_right": 0.5}}],
    ids=["of another file", "of something else"],
)
def test_what_others_measured_of_anything_else_is_not_told(settings, tmp_path, measured):
    settings.MODELS_DIR = served(tmp_path, **measured)
    assert "had no part in making it" not in page()
    assert "Frowns" not in page()


def test_others_measured_the_network_that_is_shipped():
    told = measured_how_good().elsewhere
    assert told is not None
    assert (told.named_right, told.sad_right, told.japanese_right) == ("89%", 76, "44%")
    assert (told.anger, told.anger_faces, told.disgust, told.disgust_faces) == (0, 30, 0, 29)


def test_it_says_whom_it_does_not_see():
    faces = measured().faces
    assert f"for {faces.few} of {faces.people} in fewer than nine out of ten" in page()


def test_it_is_one_click_from_the_live_view_and_from_the_report(client):
    lesson = make_lesson()
    client.force_login(lesson.classroom.teacher)
    link = f'href="{reverse("how_good")}"'
    assert link in client.get(reverse("lesson", args=[lesson.id])).content.decode()
    ended = make_lesson(classroom=lesson.classroom, minutes=40, report_state="ready")
    build_report(lesson_id=ended.id, now=MONDAY, progress=lambda percent: None)
    assert link in client.get(reverse("report", args=[ended.id])).content.decode()
