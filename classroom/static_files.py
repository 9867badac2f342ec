"""Static files by names that carry their digest, so that a browser keeps them and asks no more."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """A file that was not collected, as in tests of pages, keeps its name.

    Modules import each other by hashed names too. A worker's script is asked for by its plain name, which is
    kept for a minute.
    """

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        collected: str = self.hashed_files.get(self.hash_key(self.clean_name(name)), name)
        return collected
