"""What is read out of our Dockerfile, and that nothing in it goes unread."""

from pathlib import Path

import pytest

from classroom.local.dockerfile import NotUnderstood, Step, is_kept_out, read

TEXT = """\
# A comment
FROM python:3.12.12-slim-bookworm AS build
RUN one \\
    # of a line that goes on
    && two
ENV A=1 \\
    B=2

FROM python:3.12.12-slim-bookworm
COPY --from=build /opt/a /opt/a
CMD ["serve", "--quietly", \\
     "now"]
"""


def test_a_stage_has_its_steps_in_their_order_each_as_one_line() -> None:
    build, image = read(TEXT)
    assert (build.name, image.name) == ("build", "")
    assert build.steps == (Step("RUN", "one && two"), Step("ENV", "A=1 B=2"))
    assert image.steps[0] == Step("COPY", "--from=build /opt/a /opt/a")
    assert image.command == ["serve", "--quietly", "now"]


@pytest.mark.parametrize("line", ["ADD https://example.org/ /opt/", "RUN true", "ONBUILD RUN true"])
def test_an_instruction_that_is_not_known_or_stands_before_any_image_is_refused(line: str) -> None:
    text = line if line == "RUN true" else f"FROM python:3.12.12-slim-bookworm\n{line}"
    with pytest.raises(NotUnderstood, match=line.split(maxsplit=1)[0]):
        read(text)


def test_the_last_line_that_fits_decides_what_stays_out() -> None:
    ignored = "# words\n*\n!classroom\n**/.env*"
    assert is_kept_out(ignored, "tests/x.py")
    assert not is_kept_out(ignored, "classroom/views/home.py")
    assert is_kept_out(ignored, "classroom/.env.local")


def test_our_own_is_understood() -> None:
    build, image = read((Path(__file__).resolve().parents[2] / "Dockerfile").read_text())
    assert (build.name, image.last("USER")) == ("build", "classpulse")
    assert build.base == image.base
    assert image.command[:2] == ["uvicorn", "classroom.asgi:application"]
    assert any(step.value.startswith("--from=build") for step in image.steps)
