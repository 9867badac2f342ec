"""No file of any content ends a reader otherwise than by the error that it is known to raise."""

import csv
import io
from itertools import islice
from pathlib import Path
from random import Random

import cv2
import msgspec
import numpy as np
import pytest

from classroom.errors import BadRoster
from classroom.law import reader as law
from classroom.roster import read_roster
from emotion.pictures.reading import FrameReading
from emotion.training.data.grids import COLUMNS, TABLE
from tests.faces import Camera
from tests.hostile.mutation import mutants
from tests.hostile.readers import ROOT, in_a_process
from tests.hostile.tally import Tally, cases_asked, seed_asked, watched
from tests.wild_files import _made

SHARES = {
    "snapshots": 0.06,
    "picture files": 0.04,
    "recordings": 0.015,
    "tables of faces": 0.01,
    "grids of faces": 0.01,
    "tables of measurements": 0.01,
    "model cards": 0.01,
    "journals": 0.01,
    "rosters": 0.05,
    "rules": 0.01,
}
FEWEST = 20
RECORDINGS = {".mp4", ".mov", ".webm", ".mkv", ".avi", ".ts"}
ROSTERS = (
    b"Name,Note\r\nAda Lovelace,left-handed\r\nGrace Hopper,\r\n",
    "\ufeffVorname;Nachname;Bemerkung\nÄnne;Müller;\nJosé;Ñandú;neu\n".encode(),
    "First name\tLast name\nAda\tLovelace\n".encode("utf-16"),
    b'"Lovelace, Ada"\n"Hopper, ""Amazing"" Grace"\n',
    "Prénom,Nom\nZoë,Étienne\n".encode("cp1252"),
)


def share(name: str) -> int:
    return max(FEWEST, int(SHARES[name] * cases_asked()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One real file of each kind and more, to be made wrong."""
    place = tmp_path_factory.mktemp("hostile")
    seeds = place / "seeds"
    seeds.mkdir()
    for number, look in enumerate((1, 2, 3)):
        (seeds / f"snapshot-{number}").write_bytes(Camera(look).picture())
    made = place / "made"
    made.mkdir()
    for number, (suffix, path) in enumerate(_made(made)):
        kind = "recording" if suffix in RECORDINGS else "picture"
        (seeds / f"{kind}-{number:02}").write_bytes(path.read_bytes())
    faces = np.random.default_rng(1).integers(0, 256, (9, 48, 48)).astype(np.uint8)
    rows = [f"{at % 7},{' '.join(map(str, face.ravel()))},Training" for at, face in enumerate(faces)]
    (seeds / "faces-0").write_text("\n".join(["emotion,pixels,Usage", *rows]))
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    writer.writerows(
        dict.fromkeys(COLUMNS, 0) | {"usage": "Training", "row": at, "label": at % 7} for at in range(9)
    )
    (seeds / "gridtable-0").write_text(table.getvalue())
    grid = np.zeros((48, 64 * 48), np.uint8)
    (seeds / "gridpicture-0").write_bytes(cv2.imencode(".png", grid)[1].tobytes())
    (seeds / "rows-0").write_text(
        "student,label,found,yaw,pitch,eye_openness,gaze_y\na,1,1,0,0,.9,0\na,3,0,,,,\n"
    )
    (seeds / "rows-1").write_text(
        "person,light,behaviour,yaw,pitch,eye_openness,gaze_y\na,day,ahead,0,0,.9,0\n"
    )
    journal = [
        {"format": 3, "files": {"a.jpg": 1}},
        FrameReading("a.jpg", None, 64, 48),
        FrameReading("b", 5, error="no"),
    ]
    (seeds / "journal-0").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in journal))
    assert TABLE == "labels.csv"
    return place


@pytest.mark.parametrize("name", [name for name in SHARES if name not in ("rosters", "rules")])
def test_whatever_a_file_holds_it_is_read_or_refused(name, folder, tallies):
    tally = in_a_process(name, folder, share(name), seed_asked())
    tallies.append(tally)
    tally.check()
    assert tally.cases == share(name)
    assert len(tally.answers) > 1


def test_whatever_a_list_of_names_holds_it_is_read_or_refused(tallies):
    with watched(Tally("rosters")) as tally:
        for data in islice(mutants(ROSTERS, Random(seed_asked())), share("rosters")):
            with tally.case(data):
                try:
                    found = read_roster(data, taken=["Ada Lovelace"])
                except BadRoster as error:
                    tally.answers[str(error)] += 1
                else:
                    assert all(entry.name and "\0" not in entry.name for entry in found.entries)
                    tally.answers["read"] += 1
    tallies.append(tally)
    tally.check()
    assert len(tally.answers) > 1


def test_whatever_a_file_of_rules_holds_it_is_read_or_refused(tallies, tmp_path):
    place = tmp_path / "rules.toml"
    whole = (ROOT / "classroom" / "law" / "rules.toml").read_bytes()
    with watched(Tally("rules")) as tally:
        for data in islice(mutants([whole], Random(seed_asked())), share("rules")):
            place.write_bytes(data)
            with tally.case(data):
                try:
                    law.read_rules(place)
                except law.BadRules as error:
                    tally.answers[type(error).__name__] += 1
                else:
                    tally.answers["read"] += 1
    tallies.append(tally)
    tally.check()
    assert len(tally.answers) > 1
