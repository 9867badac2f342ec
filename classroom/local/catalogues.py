"""Catalogues of translations: `django.po`, which people write, made `django.mo`, which is read, by Babel.

Also run by path (`make run`, `make test`, the image's build): nothing of Django.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

SOURCE, COMPILED = "django.po", "django.mo"


class BadCatalogue(Exception):
    """A catalogue cannot be read; the text says which, and where."""


def ensure(locale: Path) -> None:
    """Compile each catalogue whose compiled one is missing or older. Raises BadCatalogue."""
    for source in sources(locale):
        if is_stale(source):
            compile_one(source)


def sources(locale: Path) -> Iterator[Path]:
    """By language."""
    yield from sorted(locale.glob(f"*/LC_MESSAGES/{SOURCE}"))


def is_stale(source: Path) -> bool:
    compiled = source.with_name(COMPILED)
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def read(source: Path) -> Catalog:
    """Raises BadCatalogue."""
    try:
        with source.open("rb") as file:
            return read_po(file, locale=source.parts[-3], abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise BadCatalogue(f"{source} cannot be read: {error}") from error


def compile_one(source: Path) -> None:
    """What is not translated, or not surely, is left out: it stays English, or what a package says."""
    catalogue = read(source)
    for message in list(catalogue):
        if message.id and not is_sure(message):
            catalogue.delete(message.id, message.context)
    unfinished = source.with_suffix(".part")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    unfinished.replace(source.with_name(COMPILED))


def is_sure(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else message.string
    return all(strings or [""]) and not message.fuzzy


def main(locale: Path) -> int:
    try:
        ensure(locale)
    except BadCatalogue as bad:
        print(bad, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
