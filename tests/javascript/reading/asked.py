"""The browser's reader, asked from Python: node runs its modules, Python the networks behind them."""

import base64
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[3]
ANSWERS = Path(__file__).with_name("answers.mjs")
KINDS = {"Uint8Array": np.uint8, "Float32Array": np.float32, "Float64Array": np.float64}

# From what a network reads to its outputs, in their order or by their names.
Run = Callable[[NDArray[np.float32]], Sequence[NDArray[np.float32]] | Mapping[str, NDArray[np.float32]]]


class Refused(Exception):
    """The browser's reader threw, in its own words."""


class BrowsersReader:
    """One node process; `runs` are the networks by the names it asks for, `run` what it has asked for."""

    def __init__(self, node: str, runs: Mapping[str, Run]) -> None:
        self._runs = runs
        self.run: list[str] = []
        self._process = subprocess.Popen(
            [node, str(ANSWERS)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, call: str, *given: Any) -> Any:
        """What CALLS of answers.mjs has by this name, called. Raises Refused."""
        self._tell({"call": call, "given": given})
        while "network" in (heard := self._heard()):
            self.run.append(heard["network"])
            outputs = self._runs[heard["network"]](heard["values"])
            self._tell(dict(outputs) if isinstance(outputs, Mapping) else list(outputs))
        if "error" in heard:
            raise Refused(heard["error"])
        return heard["answer"]

    def close(self) -> None:
        self._process.communicate()

    def _tell(self, message: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message, default=_written) + "\n")
        self._process.stdin.flush()

    def _heard(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "node ended"
        return json.loads(line, object_hook=_read)


def picture(image: NDArray[np.uint8]) -> dict[str, Any]:
    """An RGB image (height, width, 3) as a browser's ImageData holds it."""
    height, width = image.shape[:2]
    opaque = np.full((height, width, 1), 255, np.uint8)
    return {"width": width, "height": height, "data": np.concatenate([image, opaque], axis=2)}


def _written(array: Any) -> Any:
    if isinstance(array, np.generic):
        return array.item()
    kind = "Uint8Array" if array.dtype == np.uint8 else "Float32Array"
    return {"kind": kind, "bytes": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}


def _read(value: dict[str, Any]) -> Any:
    if "bytes" not in value:
        return value
    return np.frombuffer(base64.b64decode(value["bytes"]), KINDS[value["kind"]])
