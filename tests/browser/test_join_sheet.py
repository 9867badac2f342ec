"""The join sheet's picture, as a phone's camera reads it."""

import cv2
import numpy as np
import pytest

from tests.factories import make_classroom

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1366, "height": 768}, {"width": 360, "height": 740}])
def test_the_picture_of_the_sheet_holds_the_join_link(open_page, scheme, viewport):
    classroom = make_classroom(join_code="ABC234")
    page = open_page(
        f"/classrooms/{classroom.id}/join/",
        as_user=classroom.teacher,
        viewport=viewport,
        color_scheme=scheme,
    )
    picture = page.get_by_role("img", name="QR code of the link").screenshot()
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    read, _corners, _straightened = cv2.QRCodeDetector().detectAndDecode(pixels)
    assert read == page.evaluate("new URL(location.href).origin") + f"/join/{classroom.join_token}/"
