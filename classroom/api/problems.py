"""Whatever goes wrong is told to a program as JSON, under a name that stays."""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from classroom.api.values import Problem
from classroom.errors import (
    AnticipatedError,
    LabelMissing,
    LabelTooLong,
    LessonClosed,
    ScopeMissing,
    TokenExpired,
    TooManyRequests,
    TooManySlides,
    UnknownToken,
)

ROOT = "/api/"
STATUSES = {
    UnknownToken: 401,
    TokenExpired: 401,
    ScopeMissing: 403,
    LessonClosed: 409,
    LabelMissing: 422,
    LabelTooLong: 422,
    TooManyRequests: 429,
    TooManySlides: 429,
}
REFUSALS = {frozenset({400, 401, 403, 404, 422, 429}): Problem}
"""What every operation may answer besides its own."""


def problem(status: int, name: str, detail: str) -> HttpResponse:
    answer: HttpResponse = JsonResponse(Problem(error=name, detail=detail).model_dump(), status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = str(60 - timezone.now().second)
    return answer


def name_of(error: AnticipatedError) -> str:
    """LessonClosed is lesson_closed."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def answer_problems(api: NinjaAPI) -> None:
    @api.exception_handler(AnticipatedError)
    def _anticipated(request: HttpRequest, error: AnticipatedError) -> HttpResponse:
        return problem(STATUSES.get(type(error), 400), name_of(error), str(error))

    @api.exception_handler(AuthenticationError)
    def _without_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return _anticipated(request, UnknownToken())

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, "not_found", str(HTTPStatus(404).phrase))

    @api.exception_handler(ValidationError)
    def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
        told = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors)
        return problem(422, "unreadable", "; ".join(told))

    @api.exception_handler(HttpError)
    def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, "unreadable", str(error))


class JsonProblemsMiddleware:
    """The same for what never came to an operation: no such address or method, a server that is down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        is_told = answer.headers["Content-Type"].startswith("application/json")
        if is_told or answer.status_code < 400 or not request.path_info.startswith(ROOT):
            return answer
        phrase = HTTPStatus(answer.status_code).phrase
        told = problem(answer.status_code, phrase.lower().replace(" ", "_"), phrase)
        for name in ("Allow", "Retry-After"):
            if name in answer.headers:
                told.headers[name] = answer.headers[name]
        return told
