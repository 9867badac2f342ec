"""The web process: pages over HTTP, lessons over WebSocket, each only from its own origin."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "classroom.settings")
pages = get_asgi_application()

# Models can be imported only once Django is set up.
from classroom.bodies import BoundedBodies  # noqa: E402
from classroom.connections import allow_many_connections  # noqa: E402
from classroom.doors import KnownEncodingOnly, ReadableCookiesOnly  # noqa: E402
from classroom.second_factor import SecondFactorOnly  # noqa: E402
from classroom.sockets.origins import OwnOriginOnly  # noqa: E402
from classroom.sockets.routing import websocket_urlpatterns  # noqa: E402

allow_many_connections()
sockets = OwnOriginOnly(
    ReadableCookiesOnly(AuthMiddlewareStack(SecondFactorOnly(URLRouter(websocket_urlpatterns))))
)
application = ProtocolTypeRouter({"http": BoundedBodies(KnownEncodingOnly(pages)), "websocket": sockets})
