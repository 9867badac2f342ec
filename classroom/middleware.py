"""Headers of every answer: nothing is loaded from elsewhere, and no browser keeps what it was told."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Plotly writes style elements while it draws; scripts stay files of this origin.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
# A worker lives under the policy of its own response. The one that reads a student's pictures may run
# WebAssembly and ask this server; it has nothing else to load, and no other place to send to.
READER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
READER = re.compile(r"/js/reading/worker(\.[0-9a-f]{12})?\.js$")
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=()"
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    # What may be kept says so itself; after a logout the way back shows nothing of all else.
    "Cache-Control": "private, no-store",
}


class HeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        own = {"Content-Security-Policy": READER_POLICY} if READER.search(request.path) else {}
        for name, value in (HEADERS | own).items():
            response.headers.setdefault(name, value)
        return response
