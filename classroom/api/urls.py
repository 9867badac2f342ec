"""All operations in one document; those about reports are named here as `reports.urls` is."""

from functools import cached_property
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from classroom.api import lessons
from classroom.api.problems import answer_problems

ABOUT = (
    "Classes, lessons, key moments, what is told of a class, and reports. A token has some of the rights of "
    "whoever made it. Nothing is told here that the pages do not tell that person."
)


class Api(NinjaAPI):
    @cached_property
    def document(self) -> OpenAPISchema:
        return super().get_openapi_schema()

    def get_openapi_schema(self, **_where: Any) -> OpenAPISchema:
        """Made once: it is the same for everybody, and anybody may ask for it."""
        return self.document


api = Api(title="ClassPulse", version="1", description=ABOUT, urls_namespace="api", docs_url=None)
answer_problems(api)
api.add_router("", lessons.router)
api.add_router("", "reports.api.router")
