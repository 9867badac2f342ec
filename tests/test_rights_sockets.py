"""Who may open which socket: the same world and tables as for pages."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from classroom import access
from classroom.asgi import application
from tests.test_rights import SEATS, SHARED_SEATS, client_of, make_world
from tests.waiting import Socket


def socket(path, cookies):
    headers = [(b"origin", b"http://testserver"), (b"host", b"testserver")]
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    return Socket(application, path, headers=[*headers, (b"cookie", cookie.encode())])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "_method"), SEATS)
async def test_a_socket_admits_each_role_as_the_table_says(path, _method):
    world = await sync_to_async(make_world)()
    answers = {}
    cells = SEATS[path, _method] | SHARED_SEATS[path, _method]
    for role in cells:
        client = await sync_to_async(client_of)(role, world)
        connection = socket(f"/ws/lessons/{world.lesson.id}/{path}/", client.cookies)
        answers[role] = "yes" if (await connection.connect())[0] else "no"
        await connection.disconnect()
    assert answers == cells


@pytest.mark.django_db(transaction=True)
async def test_a_guest_cookie_opens_no_socket_of_an_account():
    world = await sync_to_async(make_world)()
    own = await sync_to_async(lambda: world.classroom.participants.get(user=world.pupil))()
    client = Client()
    name, value = access.guest_cookie(own)
    client.cookies[name] = value
    connection = socket(f"/ws/lessons/{world.lesson.id}/student/", client.cookies)
    assert not (await connection.connect())[0]
    await connection.disconnect()
