"""Static files by names that carry their digest, so that a browser keeps them and asks no more."""

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

SAME_TIME = 0.001  # seconds: a time that is written is rounded


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """A file that was not collected, as in tests of pages, keeps its name.

    Modules import each other by hashed names too. A worker's script is asked for by its plain name, which is
    kept for a minute, or by the hashed one that a page names. What comes with its brotli file beside it, as
    NAME.br, is sent so by its hashed name too.
    """

    support_js_module_import_aggregation = True
    max_post_process_passes = 20  # one for each module in the longest row of imports, and one more

    def stored_name(self, name: str) -> str:
        collected: str = self.hashed_files.get(self.hash_key(self.clean_name(name)), name)
        return collected

    def compress_files(self, paths: Collection[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files({name for name in paths if not self._is_compressed(name)})
        for name in paths:
            if self.exists(f"{name}.br") and (hashed := self.stored_name(name)) != name:
                shutil.copyfile(self.path(f"{name}.br"), self.path(f"{hashed}.br"))
                yield name, f"{hashed}.br"

    def _is_compressed(self, name: str) -> bool:
        """At an earlier start, and unchanged since: WhiteNoise gives both files the same time."""
        file, compressed = Path(self.path(name)), Path(self.path(f"{name}.gz"))
        return compressed.exists() and abs(compressed.stat().st_mtime - file.stat().st_mtime) < SAME_TIME


def reader_addresses() -> dict[str, Any]:
    """Where a browser finds what reads its pictures: `Addresses` of static/js/reading/networks.js."""
    litert = "vendor/litert/litert_wasm_compat_internal"
    networks = {
        "finder": "face_detector",
        "landmarks": "face_landmarks_detector",
        "blendshapes": "face_blendshapes",
        "expression": "edge",
    }
    return {
        "worker": static("js/reading/worker.js"),
        "runtime": {"script": static(f"{litert}.js"), "wasm": static(f"{litert}.wasm")},
        "networks": {name: static(f"networks/{file}.tflite") for name, file in networks.items()},
        "card": static("networks/edge.json"),
    }
