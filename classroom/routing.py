from django.urls import path

from classroom.consumers import StudentConsumer, TeacherConsumer

websocket_urlpatterns = [
    path("ws/lessons/<int:lesson_id>/student/", StudentConsumer.as_asgi()),
    path("ws/lessons/<int:lesson_id>/teacher/", TeacherConsumer.as_asgi()),
]
