"""`make messages`: each text that is shown, from code, templates and rules of the law, into each catalogue.

Babel reads the code, Django's `templatize` makes code of a template: GNU gettext is not needed.
Translations stay; one whose English changed is marked as fuzzy; one whose English is gone goes.
"""

import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from django.utils.translation.template import templatize

from classroom.local.catalogues import BadCatalogue, read, sources

ROOT = Path(__file__).resolve().parents[2]
CODE = ("classroom", "reports", "worker")
RULES = "classroom/law/rules.toml"
CONTEXT_FIRST = ((1, "c"), 2)
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT_FIRST),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (*CONTEXT_FIRST, 3)),
}
# Headers that would change with each run or each Babel, or that nobody fills in.
HEADERS = {"Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
WIDTH = 110

Found = tuple[int, Any, list[str], str | None]


def collected(root: Path) -> Catalog:
    """All texts of the product, each with the files that it is in."""
    catalogue = Catalog(charset="utf-8")
    for path, messages in found_in(root):
        for line, message, comments, context in messages:
            catalogue.add(message, None, [(path, line)], auto_comments=comments, context=context)
    return catalogue


def found_in(root: Path) -> Iterator[tuple[str, list[Found]]]:
    for folder in CODE:
        for file in sorted((root / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(root)), of_code(file.read_text())
    for kind in ("*.html", "*.txt"):
        for file in sorted((root / "templates").rglob(kind)):
            path = str(file.relative_to(root))
            yield path, of_template(file.read_text(), path)
    yield RULES, of_rules((root / RULES).read_text())


def of_code(text: str) -> list[Found]:
    file = io.BytesIO(text.encode())
    return list(extract("python", file, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True))


def of_template(text: str, path: str) -> list[Found]:
    """Its indentation means nothing, and would be a mistake in Python."""
    lines = templatize(text, origin=path).splitlines()
    return of_code("\n".join(line.lstrip() for line in lines))


def of_rules(text: str) -> list[Found]:
    """What pages show of the rules: places, notices, reasons, and how the sources are called."""
    rules = tomllib.loads(text)
    shown = (
        *rules["jurisdictions"].values(),
        *rules["notices"].values(),
        *(source["article"] for source in rules["sources"].values()),
        *(rule["why"] for rule in rules["rules"]),
    )
    return [(number, one, [], None) for number, one in enumerate(dict.fromkeys(shown), start=1)]


def renewed(source: Path, template: Catalog) -> str:
    """The catalogue with the texts of `template`, as its file is written. Raises BadCatalogue."""
    catalogue = read(source)
    catalogue.update(template, update_header_comment=False)
    catalogue.project = catalogue.version = ""
    catalogue.header_comment = f"# ClassPulse: {source.parts[-3]}"
    written = io.BytesIO()
    write_po(
        written,
        catalogue,
        width=WIDTH,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    head, body = written.getvalue().decode().split("\n\n", 1)
    lines = (line for line in head.splitlines() if ": " not in line or is_kept(line))
    return "\n".join(lines) + "\n\n" + body


def is_kept(header: str) -> bool:
    return header.startswith("#") or header.lstrip('"').partition(":")[0] in HEADERS


def main(root: Path) -> int:
    template = collected(root)
    try:
        for source in sources(root / "locale"):
            source.write_text(renewed(source, template))
            catalogue = read(source)
            missing = sum(1 for one in catalogue if one.id and not one.string)
            unsure = sum(1 for one in catalogue if one.id and one.fuzzy)
            print(f"{source.parent.parent.name}: {len(catalogue)} texts, {missing} missing, {unsure} fuzzy")
    except BadCatalogue as bad:
        print(bad, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(ROOT))
