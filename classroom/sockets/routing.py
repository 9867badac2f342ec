from channels.security.websocket import WebsocketDenier
from django.urls import re_path

from classroom.sockets.student import StudentConsumer
from classroom.sockets.teacher import TeacherConsumer

# No more digits than a row's number may have.
LESSON = r"^ws/lessons/(?P<lesson_id>[0-9]{1,18})"

websocket_urlpatterns = [
    re_path(rf"{LESSON}/student/\Z", StudentConsumer.as_asgi()),
    re_path(rf"{LESSON}/teacher/\Z", TeacherConsumer.as_asgi()),
    re_path(r"", WebsocketDenier.as_asgi()),
]
