"""Sets a report as PDF: JSON on standard input, PDF on standard output.

A program of its own, so that its memory goes with it and nothing of the server is within its reach: it
imports nothing of the product and reads the template's folder alone. Fonts are those inside the package.
"""

import json
import sys
from pathlib import Path
from typing import Final

import typst

FOLDER = Path(__file__).parent / "template"
ACCESSIBLE: Final = "ua-1"
UNKNOWN_LETTER = "could not be displayed"


def typeset(told: dict[str, object]) -> bytes:
    """Text comes in as data: nothing of it is read as markup. Raises typst.TypstError."""
    try:
        return _set(told, is_accessible=True)
    except typst.TypstError as error:
        if UNKNOWN_LETTER not in str(error):
            raise
    # Letters that no font here has are boxes, of which the standard will not hear; it is tagged all the same.
    return _set({**told, "has_boxes": True}, is_accessible=False)


def _set(told: dict[str, object], *, is_accessible: bool) -> bytes:
    compiler = typst.Compiler(FOLDER / "report.typ", root=FOLDER, ignore_system_fonts=True)
    made = compiler.compile(
        format="pdf",
        pdf_standards=[ACCESSIBLE] if is_accessible else [],
        sys_inputs={"report": json.dumps(told)},
    )
    assert isinstance(made, bytes)
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(json.load(sys.stdin.buffer)))
