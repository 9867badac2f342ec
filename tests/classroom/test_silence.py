"""A connection to PostgreSQL or Redis is given up once its other end is silent, as a host without power."""

import socket

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django import db
from django.conf import settings

from classroom.celery import app
from classroom.wire.redis import async_client

TCP = socket.IPPROTO_TCP
ASKED = {socket.TCP_KEEPIDLE: 2, socket.TCP_KEEPINTVL: 2, socket.TCP_KEEPCNT: 2}


def patience(of):
    """Seconds of silence until it is asked, between questions, how many, and of what was sent."""
    assert of.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert {name: of.getsockopt(TCP, name) for name in ASKED} == ASKED
    return of.getsockopt(TCP, socket.TCP_USER_TIMEOUT) / 1000


@pytest.mark.servers
def test_a_workers_and_a_senders_connection_to_the_broker_is_asked():
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        assert patience(client.connection_pool.get_connection()._sock) == 6
        kwargs = client.connection_pool.connection_kwargs
        assert (kwargs["socket_timeout"], kwargs["health_check_interval"]) == (5, 5)


@pytest.mark.servers
@pytest.mark.parametrize("which", ["mailbox", "layer"])
def test_an_event_loops_connection_is_asked(which):
    async def found():
        client = async_client()
        if which == "layer":
            (shard,) = get_channel_layer()._get_layer()._shards
            shard._ensure_redis()
            client = shard._redis
        connection = await client.connection_pool.get_connection()
        try:
            return patience(connection._writer.get_extra_info("socket"))
        finally:
            await connection.disconnect()

    assert async_to_sync(found)() == 6


@pytest.mark.django_db
def test_a_connection_to_the_database_is_asked():
    db.connection.ensure_connection()
    told = db.connection.connection.get_dsn_parameters()
    names = ("keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")
    assert [int(told[name]) for name in names] == [2, 2, 2, 6_000]
    assert settings.DATABASES["default"]["OPTIONS"]["connect_timeout"] == 5
