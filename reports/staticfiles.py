"""Serves the plotly.js that the plotly package ships: the charts need no CDN."""

from collections.abc import Iterator
from importlib.resources import files

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage


class PlotlyStorage(FileSystemStorage):
    prefix = "vendor"


class PlotlyFinder(FileSystemFinder):
    """Finds `vendor/plotly.min.js` inside the installed plotly package, and nothing else there."""

    def __init__(self, app_names: object = None, *args: object, **kwargs: object) -> None:
        folder = str(files("plotly") / "package_data")
        self.locations = [(PlotlyStorage.prefix, folder)]
        self.storages = {folder: PlotlyStorage(location=folder)}

    def check(self, **kwargs: object) -> list[CheckMessage]:
        return []

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        return super().find_location(root, path, prefix) if path == "vendor/plotly.min.js" else None

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        for folder in self.storages:
            yield "plotly.min.js", self.storages[folder]
