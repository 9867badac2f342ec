"""Write beside each image's tag the digest that its registry gives now: a build takes that and no other.

Run by path (`make digests`): standard library only.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

FILES = ("Dockerfile", "docker-compose.yml")
IMAGE = re.compile(
    r"^(?P<before>FROM |\s+image: )(?P<name>python|postgres|redis|caddy):(?P<tag>[\w.-]+)"
    r"(?:@sha256:[0-9a-f]{64})?",
    flags=re.MULTILINE,
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# Of the list for all processors, not of the image for this one.
KINDS = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json"
SECONDS = 20


class NoDigest(Exception):
    """The registry gave none; the text says which image and why."""


def pinned(text: str, registry: str) -> str:
    """The text of a file with the digest of every image.

    Raises:
        NoDigest: the registry did not answer, or does not know an image.
    """
    return IMAGE.sub(
        lambda found: f"{found['before']}{found['name']}:{found['tag']}@{digest_of(found, registry)}", text
    )


def digest_of(image: re.Match[str], registry: str) -> str:
    name, tag = f"library/{image['name']}", image["tag"]
    address = f"{registry}/v2/{name}/manifests/{tag}"
    try:
        digest = _head(address, name).get("Docker-Content-Digest", "")
    except OSError as error:
        raise NoDigest(f"{registry} gives no digest of {name}:{tag}: {error}") from error
    if not DIGEST.fullmatch(digest):
        raise NoDigest(f"{registry} gives {digest!r} as the digest of {name}:{tag}")
    return digest


def _head(address: str, name: str) -> Message:
    headers = {"Accept": KINDS}
    try:
        return _answer(address, headers)
    except urllib.error.HTTPError as error:
        if error.code != 401:
            raise
        challenge = dict(re.findall(r'(\w+)="([^"]*)"', error.headers.get("WWW-Authenticate", "")))
    return _answer(address, {**headers, "Authorization": f"Bearer {_token(challenge, name)}"})


def _answer(address: str, headers: dict[str, str]) -> Message:
    request = urllib.request.Request(address, headers=headers, method="HEAD")
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        found: Message = answer.headers
        return found


def _token(challenge: dict[str, str], name: str) -> str:
    query = urlencode({"service": challenge.get("service", ""), "scope": f"repository:{name}:pull"})
    with urllib.request.urlopen(f"{challenge.get('realm', '')}?{query}", timeout=SECONDS) as answer:
        return str(json.load(answer)["token"])


def main(folder: Path) -> int:
    registry = os.environ.get("REGISTRY", "https://registry-1.docker.io")
    try:
        texts = {folder / name: pinned((folder / name).read_text(), registry) for name in FILES}
    except NoDigest as refusal:
        print(f"Nothing was changed. {refusal}", file=sys.stderr)
        return 1
    for file, text in texts.items():
        file.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
