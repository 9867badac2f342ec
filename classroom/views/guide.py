"""Help and the words of the product: public, of no school, and the same for everybody."""

from html import unescape

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from classroom.guide import glossary
from classroom.guide.pages import PAGES, READERS, HelpPage, page_called

LONGEST_SEARCH = 60


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """All pages by who reads them; with `q` those that hold every word of it, and the terms that do."""
    search = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    words = search.casefold().split()
    pages = [page for page in PAGES if _holds(_text_of(page), words)] if words else list(PAGES)
    terms = [term for term in glossary.in_order() if _holds(f"{term.name} {term.meaning}", words)]
    context = {
        "search": search,
        "longest_search": LONGEST_SEARCH,
        "groups": [
            (title, [page for page in pages if page.reader == reader]) for reader, title in READERS.items()
        ],
        "terms": terms if words else [],
        "is_empty": not pages and not terms,
    }
    return render(request, "help/index.html", context)


@require_safe
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_called(slug)
    if page is None:
        raise Http404
    terms = glossary.in_order(tuple(glossary.BY_SLUG[word] for word in page.words))
    others = [one for one in PAGES if one.reader == page.reader and one != page]
    context = {"page": page, "reader": READERS[page.reader], "terms": terms, "others": others}
    return render(request, "help/page.html", context)


@require_safe
def help_words(request: HttpRequest) -> HttpResponse:
    return render(request, "help/words.html", {"terms": glossary.in_order()})


def _text_of(page: HelpPage) -> str:
    """What a reader reads, without marks."""
    return f"{page.title} {page.summary} {unescape(strip_tags(render_to_string(page.template)))}"


def _holds(text: str, words: list[str]) -> bool:
    text = text.casefold()
    return all(word in text for word in words)
