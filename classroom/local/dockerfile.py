"""What our Dockerfile says, for whoever does the same without Docker: the few instructions that it uses."""

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

KNOWN = {"WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}


class NotUnderstood(Exception):
    """An instruction that is not known here; the text is its line."""


@dataclass(frozen=True, slots=True)
class Step:
    instruction: str
    value: str


@dataclass(frozen=True, slots=True)
class Stage:
    """An image on the way; the last one is the image. It is named where a later one copies from it."""

    base: str
    name: str
    steps: tuple[Step, ...]

    def last(self, instruction: str) -> str:
        """The value that holds in the end."""
        return [step.value for step in self.steps if step.instruction == instruction][-1]

    @property
    def command(self) -> list[str]:
        words: list[str] = json.loads(self.last("CMD"))
        return words


def read(text: str) -> list[Stage]:
    """The stages in their order. Raises NotUnderstood."""
    stages: list[Stage] = []
    for line in _lines(text):
        instruction, _, value = line.partition(" ")
        if instruction == "FROM":
            base, _, name = value.partition(" AS ")
            stages.append(Stage(base, name, ()))
        elif instruction in KNOWN and stages:
            last = stages.pop()
            stages.append(Stage(last.base, last.name, (*last.steps, Step(instruction, value.strip()))))
        else:
            raise NotUnderstood(line)
    return stages


def _lines(text: str) -> list[str]:
    """Without comments; what goes on in the next line is one."""
    bare = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [line.strip() for line in re.sub(r"\\\n\s*", "", bare).splitlines() if line.strip()]


def is_kept_out(ignored: str, path: str) -> bool:
    """Whether a .dockerignore keeps a path out.

    The last line that fits decides. A folder's line covers what is in it.
    """
    kept_out = False
    for line in ignored.splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        fits = [path, *map(str, Path(path).parents)] if not line.startswith("**/") else [Path(path).name]
        if line and not line.startswith("#") and any(fnmatch(each, pattern) for each in fits):
            kept_out = not line.startswith("!")
    return kept_out
