"""The PDF: accessible, naming nobody unless asked, and nothing in it that somebody typed is markup."""

import json
import re
import zlib
from dataclasses import replace

import cv2
import msgspec
import numpy as np
import pytest
import typst
from django.utils import timezone

from classroom import access, services
from classroom.colours import palette
from classroom.models import Lesson
from reports.briefing import Line
from reports.paper import press, typeset
from reports.paper.content import Moment
from tests.factories import make_admin
from tests.reports.files import content_for, make_written_class

ATTACKS = (
    "#panic()",
    '#read("/etc/passwd")',
    '#image("../typeset.py")',
    "*bold* _x_ `code` $x$ @label <label> \\ // /* = h",
    '"],) #let report = ()',
    "#{while true {}}",
    "https://example.org",
)


@pytest.fixture
def taught(db):
    return make_written_class()


def told(content):
    return press.printable(msgspec.to_builtins(content))


def headings(content):
    """Every heading of the document as plain text."""
    inputs = {"report": json.dumps(told(content))}
    compiler = typst.Compiler(
        typeset.FOLDER / "report.typ", root=typeset.FOLDER, ignore_system_fonts=True, sys_inputs=inputs
    )
    return [one["text"] for one in json.loads(compiler.query("heading", field="body")) if "text" in one]


def test_it_is_a_tagged_pdf_that_says_its_title_and_language_and_keeps_the_standard(taught):
    made = press.pdf(content_for(taught.lesson, with_people=True))
    for part in (
        b"/StructTreeRoot",
        b"/Marked true",
        b"/Lang(en)",
        b"<pdfuaid:part>1<",
        b"/DisplayDocTitle true",
    ):
        assert part in made, part
    assert b"Report: Standing waves" in made


def test_every_chart_is_drawn_and_told_in_words_with_its_figures(taught):
    content = content_for(taught.lesson)
    assert content.charts[0].title == "The class with you"
    assert all(chart.alt.startswith(f"{chart.title}. {chart.words}") for chart in content.charts)
    assert "0\N{EN DASH}5: most 3 min" in content.charts[0].alt
    made = press.pdf(content)
    assert made.count(b"/S/Figure") == made.count(b"/Alt") == len(content.charts) + len(content.turns)
    assert b"/Subtype/Image" not in made


def test_the_paper_of_a_lesson_without_cameras_says_nothing_of_what_one_tells(taught):
    assert "basis_help" in content_for(taught.lesson).words
    Lesson.objects.filter(id=taught.lesson.id).update(is_without_cameras=True)
    content = content_for(access.any_lesson(taught.lesson.id))
    assert "basis_help" not in content.words
    assert press.pdf(content).startswith(b"%PDF")


def streams(made):
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, flags=re.DOTALL):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            continue


def test_the_pdf_of_the_class_names_nobody_who_was_there(taught):
    names = taught.lesson.attendances.values_list("participant__display_name", flat=True)
    text = json.dumps(told(content_for(taught.lesson)))
    assert len(set(names)) == 8
    assert [name for name in names if name in text] == []
    assert "persistently" not in text and "resembled sadness" not in text
    assert all(name in json.dumps(told(content_for(taught.lesson, with_people=True))) for name in names)


def test_what_a_part_is_about_stays_with_its_heading():
    """`lead` is kept with what follows; small print by itself begins no page without its part."""
    template = (typeset.FOLDER / "report.typ").read_text()
    assert re.findall(r"heading\(level: 1, words\.\w+\)\n\s+(?!lead)small\(par\(words", template) == []


def test_each_page_says_its_number_the_school_and_the_date(taught):
    content = content_for(taught.lesson)
    school = taught.lesson.classroom.school.name
    assert content.footer.startswith(f"{school} · {taught.lesson.started_at:%-d %b %Y}")
    assert content.subtitle.endswith("all times: UTC")


@pytest.mark.parametrize("text", ATTACKS)
def test_what_somebody_typed_is_printed_as_it_is(taught, text):
    taught.sad.display_name = text
    taught.sad.save()
    content = content_for(taught.lesson, with_people=True)
    moment = Moment(title=text, at=text, told=text, sides=((text, text),))
    content = replace(
        content, moments=(moment,), school=text, footer=text, briefing=(Line(text, text),), lang="en"
    )
    found = headings(content)
    assert found.count(text) == 2, "the key moment and the student"
    made = press.pdf(content)
    assert made.startswith(b"%PDF") and b"/URI" not in made
    assert b"root:x:0" not in b"".join(streams(made))


@pytest.mark.parametrize(
    ("name", "is_box"),
    [
        ("Zoë Müller-Łuczak", False),
        ("Нина Ψ", False),
        ("محمد", False),
        ("שלום", False),
        ("王小明", True),
        ("김", True),
        ("Kim 😀", True),
        ("a\u0301\u0323", False),
        ("\u202eadA", False),
        ("A\x00\x07\x1b[31m", False),
        ("\ufffe\U000e0041", True),
    ],
)
def test_a_name_in_any_letters_makes_a_pdf(taught, name, is_box):
    """Where no font has a letter there is a box, and the file does not claim the standard."""
    taught.sad.display_name = name
    content = content_for(taught.lesson)
    made = press.pdf(replace(content, moments=(Moment(name, "", "", ()),)))
    assert made.startswith(b"%PDF") and b"/Marked true" in made
    assert (b"<pdfuaid:part>" not in made) is is_box


def test_a_name_cannot_turn_round_what_stands_behind_it(taught):
    taught.sad.display_name = "\u202eadA\u2066\r\n"
    taught.sad.save()
    people = told(content_for(taught.lesson, with_people=True))["people"]
    assert "adA" in [line[0] for line in people["attendance"]]


def test_a_fault_of_the_program_says_nothing_of_what_was_typed(taught):
    content = replace(content_for(taught.lesson), lang="Ada's secret")
    with pytest.raises(press.PaperFailed) as caught:
        press.pdf(content)
    assert "Ada" not in str(caught.value) and caught.value.__cause__ is None


def test_the_template_reads_no_file_outside_its_folder(tmp_path):
    outside = typeset.FOLDER.parent / "typeset.py"
    assert outside.exists()
    for path in ("../typeset.py", "/../typeset.py", str(outside)):
        source = tmp_path / "evil.typ"
        source.write_text(f'#read("{path}")')
        with pytest.raises(typst.TypstError):
            typst.Compiler(source.read_bytes(), root=typeset.FOLDER, ignore_system_fonts=True).compile()


def test_the_paper_has_the_schools_colour_and_logo_and_stays_accessible(taught):
    school = taught.lesson.classroom.school
    admin = make_admin(school=school)
    noise = cv2.imencode(".png", np.zeros((20, 30, 3), np.uint8))[1].tobytes()
    services.set_logo(school_id=school.id, png=noise, actor=admin, now=timezone.now())
    services.change_school(school_id=school.id, actor=admin, now=timezone.now(), accent="#ffff00")
    lesson = Lesson.objects.select_related("classroom__school__policy").get(id=taught.lesson.id)
    content = content_for(lesson)
    assert content.accent == palette("#ffff00").light.accent and bytes(content.logo) == noise
    made = press.pdf(content)
    assert b"<pdfuaid:part>1<" in made and b"/Subtype/Image" in made
