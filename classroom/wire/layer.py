"""Messages to groups of open sockets, sent from code that has no event loop."""

from collections.abc import Iterable, Mapping
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from classroom.wire.redis import layer_client


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
