"""static/js/wire.js declares the messages that classroom/wire/messages declares, field by field."""

import re
from enum import EnumType
from itertools import accumulate
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pytest

from classroom.models import Consent, SelfReport
from classroom.sockets import requests
from classroom.wire import messages
from tests.javascript import source

# A type is the set of what a value may be: words, or the name of a container with the type of what it holds.
Type = frozenset[Any]
Fields = dict[str, tuple[Type, bool]]

WORDS = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}
CONTAINERS = {list: "list", dict: "record"}


# --- as Python says it -------------------------------------------------------------------------------------


def declared_in_python() -> dict[str, Fields]:
    classes = [*vars(messages).values(), *vars(requests).values()]
    return {each.__name__: fields_of(each) for each in classes if is_message(each)}


def is_message(value: Any) -> bool:
    """A TypedDict, or a msgspec Struct that no other one is built on."""
    return is_typeddict(value) or (hasattr(value, "__struct_config__") and not value.__subclasses__())


def fields_of(message: Any) -> Fields:
    """Of each field its type, and whether it may be left out."""
    hints = get_type_hints(message, include_extras=True)
    fields = {name: (python_type(hint), get_origin(hint) is NotRequired) for name, hint in hints.items()}
    if is_typeddict(message) or message.__struct_config__.tag is None:
        return fields
    return {"type": (Type({f'"{message.__struct_config__.tag}"'}), False)} | fields


def python_type(hint: Any) -> Type:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return python_type(inner[0])
    if origin in (NotRequired, Union, UnionType):
        return Type().union(*map(python_type, inner))
    if origin is Literal or isinstance(hint, EnumType):
        return Type(f'"{word}"' for word in inner or hint.values)
    if origin in CONTAINERS:
        return Type({(CONTAINERS[origin], python_type(inner[-1]))})
    return Type({WORDS.get(hint, hint.__name__)})


def unions_in_python() -> dict[str, Type]:
    return {
        name: python_type(value)
        for name, value in vars(messages).items()
        if get_origin(value) in (Union, UnionType) and all(map(is_message, get_args(value)))
    }


# --- as JavaScript says it ---------------------------------------------------------------------------------


def declared_in_javascript() -> dict[str, Fields]:
    declarations = re.split(r"@typedef \{object\} (\w+)", source.text("wire.js"))[1:]
    names, bodies = declarations[::2], declarations[1::2]
    return {name: properties(body.split("@typedef")[0]) for name, body in zip(names, bodies, strict=True)}


def properties(body: str) -> Fields:
    found = re.findall(r"@property \{(.+)\} (\[?)(\w+)\]?", body)
    return {name: (javascript_type(written), bool(optional)) for written, optional, name in found}


def aliases() -> dict[str, str]:
    return {
        name: written
        for written, name in re.findall(r"@typedef \{(?!object\})(.+)\} (\w+)", source.text("wire.js"))
    }


def javascript_type(written: str) -> Type:
    return Type().union(*map(javascript_option, options(written)))


def options(written: str) -> list[str]:
    """The parts of a union, which has none within its brackets."""
    depths = accumulate({"(": 1, "<": 1, ")": -1, ">": -1}.get(sign, 0) for sign in written)
    marked = "".join(
        "\n" if sign == "|" and not depth else sign for sign, depth in zip(written, depths, strict=True)
    )
    return [part.strip() for part in marked.split("\n")]


def javascript_option(written: str) -> Type:
    if written.endswith("[]"):
        return Type({("list", javascript_type(written[:-2].removeprefix("(").removesuffix(")")))})
    if record := re.fullmatch(r"Record<string, (.+)>", written):
        return Type({("record", javascript_type(record[1]))})
    return javascript_type(aliases()[written]) if written in aliases() else Type({written})


PYTHON, JAVASCRIPT = declared_in_python(), declared_in_javascript()


def test_both_declare_the_same_messages():
    assert PYTHON.keys() == JAVASCRIPT.keys()
    assert {"TeacherState", "StudentState", "RevealRequest"} <= PYTHON.keys()


@pytest.mark.parametrize("name", PYTHON)
def test_a_message_has_the_same_fields_in_both(name):
    assert JAVASCRIPT[name] == PYTHON[name]


@pytest.mark.parametrize("name", unions_in_python())
def test_what_may_come_is_the_same_in_both(name):
    assert javascript_type(aliases()[name]) == unions_in_python()[name]


@pytest.mark.parametrize("name", ["ErrorCode", "RequestType", "TileKind", "Choice"])
def test_words_that_a_message_may_carry_are_the_same_in_both(name):
    assert javascript_type(aliases()[name]) == python_type(getattr(messages, name))


def test_choices_and_taps_are_those_that_are_stored():
    assert python_type(messages.Choice) == python_type(Consent.Choice)
    assert PYTHON["SelfReportRequest"]["kind"][0] == python_type(SelfReport.Kind)
