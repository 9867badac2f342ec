"""What a class is asked in with: link, code, a text for the call's chat, and a code for a phone's camera."""

from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from classroom.models import Classroom, Policy
from classroom.models.people import JOIN_CODE_LENGTH

QUIET_ZONE = 4  # modules of white around it, as the standard asks for
HALF = JOIN_CODE_LENGTH // 2


@dataclass(frozen=True, slots=True)
class JoinSheet:
    """`host` is where the code is typed, without the scheme; `is_here_alone` if no other device finds it.

    `policy` is what holds for whoever joins now.
    """

    classroom: Classroom
    host: str
    url: str
    policy: Policy | None
    is_here_alone: bool = False

    @property
    def code(self) -> str:
        """As it is read out."""
        code = self.classroom.join_code
        return f"{code[:HALF]} {code[HALF:]}"

    @property
    def qr(self) -> SafeString:
        return qr_of(self.url)

    @property
    def text(self) -> str:
        lines = (
            _("Join %(classroom)s: %(url)s") % {"classroom": self.classroom.name, "url": self.url},
            _("Or open %(host)s and type the code %(code)s.") % {"host": self.host, "code": self.code},
            what_is_read(self.policy),
        )
        return "\n".join(lines)


def qr_of(url: str) -> SafeString:
    """The link as an SVG element, black on white in every colour scheme."""
    drawn = segno.make(url, error="m", micro=False)
    svg = drawn.svg_inline(border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return SafeString(svg)  # made of squares and nothing that anybody typed


def what_is_read(policy: Policy | None) -> str:
    """For those who are asked in, in the words of the policy."""
    if policy is None:
        return _("Your school has not decided yet what may be read, so nothing is read from anybody.")
    if not policy.signals:
        return _("No camera is used: you say with a tap whether you follow.")
    if policy.allows_expression:
        what = _(
            "whether a face is there, where head and eyes point, and which expression the face resembles"
        )
    elif policy.allows_attention:
        what = _("whether a face is there, and where head and eyes point")
    else:
        what = _("whether a face is there")
    return _(
        "Your camera takes part only if you choose so. What is read from it then: %(what)s. No picture is "
        "kept."
    ) % {"what": what}
