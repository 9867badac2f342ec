"""The networks of the face landmarker as a student's own browser reads them, unpacked beside `edge.tflite`.

Also run by path (`make model`, the image's build): standard library only.
"""

import hashlib
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

BUNDLE = "face_landmarker.task"
FOLDER = "browser"
LANDMARKS = "face_landmarks_detector.tflite"
SHA256 = {
    "face_detector.tflite": "b4578f35940bf5a1a655214a1cce5cab13eba73c1297cd78e1a04c2380b0152f",
    LANDMARKS: "1daa04f631a8592b92cca082240645b8c1cb0b0c1ff7ee9b031fa4fb8842dbc2",
    "face_blendshapes.tflite": "4f36dded049db18d76048567439b2a7f58f1daabc00d78bfe8f3ad396a2d2082",
}
# Fields of the tables of LiteRT's schema (flatbuffers).
SUBGRAPHS_OF_MODEL, TENSORS_OF_SUBGRAPH, SHAPE_SIGNATURE_OF_TENSOR = 2, 0, 7
ANY_SIZE = -1


class UnexpectedNetwork(Exception):
    """What was made has another checksum than the one that was measured with."""


def ensure(models: Path) -> Path:
    """The folder with each network, unpacked where it is not there or damaged.

    Raises:
        FileNotFoundError: the face landmarker is not in `models`.
        UnexpectedNetwork: it is another one than expected.
    """
    folder = models / FOLDER
    missing = [name for name in SHA256 if not is_right(folder / name)]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(models / BUNDLE) as bundle:
            for name in missing:
                unpack(bundle, name, folder / name)
    return folder


def is_right(path: Path) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[path.name]


def unpack(bundle: zipfile.ZipFile, name: str, to: Path) -> None:
    content = bundle.read(name)
    if name == LANDMARKS:
        content = one_picture_at_a_time(content)
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise UnexpectedNetwork(
            f"{name} has the sha256 {found}, not {SHA256[name]}: delete {bundle.filename} and start again"
        )
    unfinished = to.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(to)


def one_picture_at_a_time(network: bytes) -> bytes:
    """The network with 1 wherever a tensor's shape may be of any size, which LiteRT.js refuses.

    Such a size is that of the batch alone, and it is 1 in the shapes themselves: no answer changes.
    """
    patched = bytearray(network)
    for place in signature_entries(network):
        if number(network, "i", place) == ANY_SIZE:
            struct.pack_into("<i", patched, place, 1)
    return bytes(patched)


def signature_entries(network: bytes) -> Iterator[int]:
    """Where each number of the tensors' shape signatures stands."""
    model = follow(network, 0)
    for subgraph in tables(network, model, SUBGRAPHS_OF_MODEL):
        for tensor in tables(network, subgraph, TENSORS_OF_SUBGRAPH):
            yield from entries(network, tensor, SHAPE_SIGNATURE_OF_TENSOR)


def tables(network: bytes, table: int, field: int) -> Iterator[int]:
    """The tables in a field that is a vector of them."""
    return (follow(network, each) for each in entries(network, table, field))


def entries(network: bytes, table: int, field: int) -> range:
    """Where the numbers of a field that is a vector stand, or its offsets; none where it is left out."""
    offsets = table - number(network, "i", table)
    place_of_field = 4 + 2 * field
    if place_of_field >= number(network, "H", offsets):
        return range(0)
    offset = number(network, "H", offsets + place_of_field)
    if not offset:
        return range(0)
    vector = follow(network, table + offset)
    return range(vector + 4, vector + 4 + 4 * number(network, "I", vector), 4)


def follow(network: bytes, place: int) -> int:
    return place + number(network, "I", place)


def number(network: bytes, kind: str, place: int) -> int:
    value: int = struct.unpack_from(f"<{kind}", network, place)[0]
    return value


def main(models: Path) -> int:
    try:
        ensure(models)
    except (FileNotFoundError, UnexpectedNetwork) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
