"""Hold the rule of engagement against people: labelled pictures, recordings, or both, as CSV."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emotion.judgement.validate.faces import Faces, faces
from emotion.judgement.validate.pictures import validate
from emotion.judgement.validate.rows import BadRows, Frame, read
from emotion.judgement.validate.sequences import replay
from emotion.judgement.validate.tables import tables


def main() -> int:
    options = _options()
    try:
        found = measure(options.data)
    except BadRows as error:
        print(error, file=sys.stderr)
        return 1
    print(tables(found))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(data: list[Path]) -> dict[str, Any]:
    """All figures as JSON has them. Raises BadRows."""
    every = [read(place) for place in data]
    pictures = [one for rows in every for one in rows.pictures]
    frames = [one for rows in every for one in rows.frames]
    found: dict[str, Any] = asdict(validate(pictures)) if pictures else {}
    if pictures:
        found["faces"] = asdict(faces((one.student, one.attention is not None) for one in pictures))
    if frames:
        found["sequences"] = {name: asdict(shares) for name, shares in replay(frames).items()}
        found["light"] = {light: asdict(seen) for light, seen in _by_light(frames).items()}
    return found


def _by_light(frames: list[Frame]) -> dict[str, Faces]:
    lights = dict.fromkeys(one.light for one in frames)
    return {
        light: faces((one.person, one.attention is not None) for one in frames if one.light == light)
        for light in lights
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emotion.judgement.validate", description=__doc__)
    parser.add_argument(
        "data", type=Path, nargs="+", help="CSV files, or folders of them (docs/engagement.md)"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write every figure there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
