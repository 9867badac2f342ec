"""Messages to groups of open sockets: the layer of the sockets, and what sends without an event loop."""

from collections.abc import Iterable, Mapping
from typing import Any

from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from classroom.wire.answers import answered
from classroom.wire.redis import layer_client


class ChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # without types
    """Whoever waits for the server does so for seconds: one that hangs would keep all others out for ever.

    Each raises redis.RedisError or OSError.
    """

    async def new_channel(self) -> str:
        async with answered():
            return str(await self._get_layer().new_channel())

    async def send(self, channel: str, message: Mapping[str, Any]) -> None:
        async with answered():
            await self._get_layer().send(channel, message)

    async def group_add(self, group: str, channel: str) -> None:
        async with answered():
            await self._get_layer().group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        async with answered():
            await self._get_layer().group_discard(group, channel)

    async def group_send(self, group: str, message: Mapping[str, Any]) -> None:
        async with answered():
            await self._get_layer().group_send(group, message)


def publish(messages: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """As the channel layer sends to its groups, which would take a round trip in a loop's thread for each.

    Raises redis.RedisError or OSError where the server does not answer.
    """
    layer = get_channel_layer()
    assert layer is not None
    with layer_client().pipeline(transaction=False) as pipeline:
        for group, event in messages:
            pipeline.publish(f"{settings.CHANNEL_PREFIX}__group__{group}", layer.serialize(event))
        # Not raised there: the text of such an error holds what was sent.
        answers = pipeline.execute(raise_on_error=False)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
