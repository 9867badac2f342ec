"""The command `compare`: every network in one table, printed and put into a document."""

import argparse
from pathlib import Path

from emotion.files import whole
from emotion.training.commands.options import Commands
from emotion.training.page.comparison import BEGIN, END, comparison, insert
from emotion.training.page.scored import EVALUATIONS, SCORES, read_all, write_scores
from emotion.training.run.config import RunError


def add_command(commands: Commands) -> None:
    command = commands.add_parser("compare", help="put every network scored into one table")
    command.add_argument(
        "paths",
        type=Path,
        nargs="*",
        metavar="PATH",
        help=f"folders of runs with {EVALUATIONS} in them, a folder of such folders, or the files themselves",
    )
    command.add_argument(
        "--write", type=Path, metavar="DOC", help=f"also put the table into DOC, between {BEGIN} and {END}"
    )
    command.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help=f"also keep the figures in FOLDER/{SCORES}, to be read again",
    )
    command.set_defaults(call=compare)


def compare(options: argparse.Namespace) -> None:
    found = read_all(options.paths)
    table = comparison(found)
    if options.keep:
        write_scores(found, options.keep / SCORES)
    if options.write:  # first: whoever reads what is printed may stop reading, as `head` does
        _rewrite(options.write, table)
    print(table)


def _rewrite(path: Path, table: str) -> None:
    try:
        document = insert(path.read_text(encoding="utf-8"), table)
    except (OSError, RunError) as error:
        raise RunError(f"cannot write the table into {path}: {error}") from error
    with whole(path) as unfinished:
        unfinished.write_text(document, encoding="utf-8")
