"""The doors of learning platforms: begin a login, come in with a signed message, choose a link.

A platform's pages lead here from another site, so the browser sends no cookie of a login along; what stands
for it is the signature, and a cookie of this one try that may cross sites.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from secrets import token_urlsafe
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from classroom import services
from classroom.errors import (
    AccountNeeded,
    AddressNotAllowed,
    AnticipatedError,
    ClassFull,
    ClassroomArchived,
    MessageUnknown,
    NotOnRoster,
    OtherBrowser,
    PlaceBlocked,
    PlatformAway,
    SchoolSuspended,
    TargetElsewhere,
    TooManyRequests,
)
from classroom.lti.selection import selection_answer
from classroom.lti.tokens import signed
from classroom.lti.tries import LASTS_S, Asked, Taken, Try, begin_try, take_try
from classroom.lti.values import CourseRole, Launch, ToolAddresses
from classroom.lti.vocabulary import TOOL
from classroom.middleware import CONTENT_SECURITY_POLICY
from classroom.models import Platform, User
from classroom.outbound import check_address
from classroom.views.partitioned import partition
from classroom.views.pending_launches import keep_pending

IN_A_FRAME = {"iframe", "frame", "embed", "object"}
HOST = re.compile(r"[a-zA-Z0-9.\-:\[\]]+")
LONGEST_HINT = 4000


def tool_addresses(request: HttpRequest, school_id: int) -> ToolAddresses:
    def absolute(page: str, *args: int) -> str:
        return request.build_absolute_uri(reverse(page, args=args))

    return ToolAddresses(
        launch=absolute("lti_launch", school_id),
        login=absolute("lti_login", school_id),
        keys=absolute("lti_keys"),
        selection=absolute("lti_selection", school_id),
    )


@require_safe
@cache_control(public=True, max_age=300)
def lti_keys(request: HttpRequest) -> HttpResponse:
    return JsonResponse(services.published_keys(now=timezone.now()))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def lti_login(request: HttpRequest, school_id: int) -> HttpResponse:
    """A platform asks to be asked who comes: it is, at the address that the school registered for it."""
    told = request.POST if request.method == "POST" else request.GET
    try:
        services.check_launch_rate(address=request.META["REMOTE_ADDR"], now=timezone.now())
        platform = services.find_platform(
            school_id=school_id, issuer=told.get("iss", ""), client_id=told.get("client_id", "")
        )
        asked = _asked(request, platform, told.get)
    except AnticipatedError as error:
        return refused(request, error)
    if asked.target != tool_addresses(request, school_id).selection and _is_framed(request):
        page = render(request, "platforms/new_tab.html", {"address": _login_address(platform, asked)})
        return framable(page, [platform.issuer, platform.login_url])
    return _ask(request, platform, asked)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def lti_launch(request: HttpRequest, school_id: int) -> HttpResponse:
    """The signed message: each reason for which it is refused has words of its own."""
    if request.method == "GET":
        return render(request, "platforms/from_course.html")
    state = request.POST.get("state", "")
    try:
        taken = take_try(state)
        platform = services.platform_of_try(platform_id=taken.asked.platform_id, school_id=school_id)
    except AnticipatedError as error:
        return refused(request, error)
    try:
        if platform.school.suspended_at is not None:
            raise SchoolSuspended
        taken.check_browser(request.COOKIES.get(_cookie_name(state), ""))
        launch = _read(request, platform, taken)
        response = _let_in(request, platform, launch)
    except OtherBrowser as error:
        # To begin again is safe: the platform looks itself who sits there.
        again = _login_address(platform, taken.asked) if taken.asked.login_hint else ""
        page = refused(request, error, again=again)
        return framable(page, [platform.issuer, platform.login_url])
    except AnticipatedError as error:
        return refused(request, error)
    response.delete_cookie(_cookie_name(state), path=_cookie_path(), samesite="None")
    partition(response, _cookie_name(state))
    return response


def log_in(request: HttpRequest, user: User, address: str) -> HttpResponse:
    """With the second factor, where the account has one."""
    record_authentication(request, user, method="platform")
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=address))
    return response


def refused(request: HttpRequest, error: AnticipatedError, *, again: str = "") -> HttpResponse:
    context = {"sentence": str(error), "check": getattr(error, "check", ""), "again": again}
    return render(request, "platforms/refused.html", context, status=_status_of(error))


def framable(response: HttpResponse, addresses: Iterable[str], *, sends_to: str = "") -> HttpResponse:
    """A page that a platform may show inside its own: it leads on, and changes nothing here.

    `sends_to` is an address to which its form may go.
    """
    origins = " ".join(filter(None, map(origin_of, addresses)))
    if not origins:
        return response
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {origins}")
    if sends_to:
        policy = policy.replace("form-action 'self'", f"form-action {origin_of(sends_to)}")
    response.headers["Content-Security-Policy"] = policy
    response.xframe_options_exempt = True
    return response


def _status_of(error: AnticipatedError) -> int:
    if isinstance(error, PlatformAway):
        return 503
    return 429 if isinstance(error, TooManyRequests) else 403


def _asked(request: HttpRequest, platform: Platform, told: Callable[[str, str], str]) -> Asked:
    """Raises SchoolSuspended, TargetElsewhere."""
    if platform.school.suspended_at is not None:
        raise SchoolSuspended
    tool, target = tool_addresses(request, platform.school_id), told("target_link_uri", "")
    if target and target not in {tool.launch, tool.selection}:
        raise TargetElsewhere
    hints = (told("login_hint", ""), told("lti_message_hint", ""))
    if not hints[0] or any(len(hint) > LONGEST_HINT for hint in hints):
        raise MessageUnknown
    return Asked(platform.pk, *hints, target=target)


def _ask(request: HttpRequest, platform: Platform, asked: Asked) -> HttpResponse:
    begun = begin_try(asked)
    question = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": tool_addresses(request, platform.school_id).launch,
        "login_hint": asked.login_hint,
        "state": begun.state,
        "nonce": begun.nonce,
    }
    if asked.message_hint:
        question["lti_message_hint"] = asked.message_hint
    joined = "&" if urlsplit(platform.login_url).query else "?"
    response = HttpResponseRedirect(f"{platform.login_url}{joined}{urlencode(question)}")
    return _keep_try(response, begun)


def _read(request: HttpRequest, platform: Platform, taken: Taken) -> Launch:
    tool = tool_addresses(request, platform.school_id)
    return services.read_message(
        platform=platform,
        token=request.POST.get("id_token", ""),
        taken=taken,
        targets=(tool.launch, tool.selection),
        now=timezone.now(),
    )


def _let_in(request: HttpRequest, platform: Platform, launch: Launch) -> HttpResponse:
    if launch.selection is not None:
        return _offer_link(request, platform, launch)
    if launch.role is CourseRole.STUDENT:
        return _let_student_in(request, platform, launch)
    teacher = services.known_account(platform=platform, launch=launch)
    if teacher is None:
        keep_pending(request, platform, launch)
        return redirect("lti_account")
    course = services.open_course(platform=platform, launch=launch, teacher=teacher, now=timezone.now())
    return log_in(request, teacher, reverse("classroom", args=[course.classroom_id]))


def _let_student_in(request: HttpRequest, platform: Platform, launch: Launch) -> HttpResponse:
    """To the lesson, or to where it is waited for; without a name that is taken, to where one is typed."""
    course = services.opened_course(platform=platform, launch=launch)
    student = services.known_account(platform=platform, launch=launch)
    if student is None:
        student = services.make_platform_account(platform=platform, launch=launch, now=timezone.now())
    with suppress(
        AccountNeeded, ClassFull, ClassroomArchived, NotOnRoster, PlaceBlocked
    ):  # the page says which
        services.enter_course(course=course, launch=launch, student=student, now=timezone.now())
    return log_in(request, student, reverse("join_classroom", args=[course.classroom.join_token]))


def _offer_link(request: HttpRequest, platform: Platform, launch: Launch) -> HttpResponse:
    """The teacher's click sends the link to the platform, signed. Raises MessageUnknown."""
    assert launch.selection is not None
    try:
        check_address(launch.selection.return_url)
    except AddressNotAllowed as error:
        raise MessageUnknown from error
    now = timezone.now()
    claims = selection_answer(
        launch,
        issuer=platform.issuer,
        client_id=platform.client_id,
        address=tool_addresses(request, platform.school_id).launch,
        title=TOOL,
        nonce=token_urlsafe(16),
    )
    context = {
        "platform": platform,
        "address": launch.selection.return_url,
        "answer": signed(claims, services.tool_key(now=now), now=now),
    }
    page = render(request, "platforms/selection.html", context)
    framers = [platform.issuer, platform.login_url, launch.selection.return_url]
    return framable(page, framers, sends_to=launch.selection.return_url)


def _login_address(platform: Platform, asked: Asked) -> str:
    told = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": asked.login_hint,
        "lti_message_hint": asked.message_hint,
        "target_link_uri": asked.target,
    }
    path = reverse("lti_login", args=[platform.school_id])
    return f"{path}?{urlencode({name: value for name, value in told.items() if value})}"


def _is_framed(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Dest", "") in IN_A_FRAME


def _keep_try(response: HttpResponse, begun: Try) -> HttpResponse:
    """The one cookie that crosses sites, worth nothing but for this try. Browsers want https for it."""
    response.set_cookie(
        _cookie_name(begun.state),
        begun.secret,
        max_age=LASTS_S,
        path=_cookie_path(),
        secure=True,
        httponly=True,
        samesite="None",
    )
    partition(response, _cookie_name(begun.state))
    return response


def _cookie_name(state: str) -> str:
    return f"lti-try-{re.sub('[^a-zA-Z0-9]', '', state)[:12]}"


def _cookie_path() -> str:
    return "/lti/"


def origin_of(address: str) -> str:
    """Of a web address, in a form that a policy can hold; empty for anything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_web = parts.scheme in {"https", "http"} and HOST.fullmatch(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if is_web else ""
