"""A network in LiteRT's format, from numbers to numbers."""

from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile, ZipFile

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from emotion.model_card import DamagedModel
from emotion.quiet import native_chatter_discarded


def interpreter(model: Path | bytes) -> Interpreter:
    """Ready to run on one thread: a worker process has one core."""
    given = {"model_content": model} if isinstance(model, bytes) else {"model_path": str(model)}
    with native_chatter_discarded():
        made = Interpreter(**given, num_threads=1)
        made.allocate_tensors()
    return made


class Network:
    """A network with one input, float32. Not to be shared between threads."""

    def __init__(self, model: bytes) -> None:
        self._interpreter = interpreter(model)
        (details,) = self._interpreter.get_input_details()
        self._input: int = details["index"]
        self._outputs: list[int] = [each["index"] for each in self._interpreter.get_output_details()]

    @classmethod
    def of_bundle(cls, bundle: Path, name: str) -> Self:
        """Of a file inside MediaPipe's bundle. Raises FileNotFoundError where there is no such bundle."""
        return cls(member(bundle, name))

    def run(
        self, values: NDArray[np.float32 | np.uint8], scale: float = 1.0
    ) -> tuple[NDArray[np.float32], ...]:
        """All outputs, in the network's order, as copies; of `scale` times the values."""
        # Straight to where the network reads. The view must be gone before it runs.
        np.multiply(values, np.float32(scale), out=self._interpreter.tensor(self._input)())
        self._interpreter.invoke()
        answers: list[Any] = [self._interpreter.get_tensor(index) for index in self._outputs]
        return tuple(answers)


def member(bundle: Path, name: str) -> bytes:
    """A file of a zip archive. Raises FileNotFoundError where there is no such archive, and DamagedModel."""
    try:
        with ZipFile(bundle) as files:
            return files.read(name)
    except (BadZipFile, KeyError) as error:
        raise DamagedModel(f"{bundle} is damaged: take it away, and `make model` fetches it anew") from error
