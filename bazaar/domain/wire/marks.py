"""Enforces the marks of ``bounds``: text rules, lists without repetition, valid keys.

The walk over a type is planned once, from msgspec's own description of it.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final, cast

import msgspec
from msgspec import inspect
from nacl.bindings import crypto_core_ed25519_is_valid_point

from bazaar.domain.amounts.units import check_unit
from bazaar.domain.text.text import check_line, check_text, check_word

type_info = inspect.type_info
Check = Callable[[Any], None]
CACHED_KEYS: Final = 4096
TEXT_CHECKS: Final[dict[str, Callable[[str], None]]] = {
    "word": check_word,
    "line": check_line,
    "text": check_text,
}


def check_marks(value: msgspec.Struct) -> None:
    """Check every mark in ``value``. Raises ValueError that names the rule broken."""
    check = _struct_plan(type(value))
    if check is not None:
        check(value)


@lru_cache(CACHED_KEYS)
def is_key(key: bytes) -> bool:
    """Whether ``key`` is a canonical Ed25519 point of the main subgroup (PROTOCOL.md 2.3)."""
    return crypto_core_ed25519_is_valid_point(key)


@cache
def _struct_plan(kind: type[msgspec.Struct]) -> Check | None:
    info = cast("inspect.StructType", type_info(kind))
    fields = [
        (field.name, check) for field in info.fields if (check := _plan(field.type))
    ]
    if not fields:
        return None

    def check_fields(value: object) -> None:
        name = ""
        try:
            for name, check in fields:
                check(getattr(value, name))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error

    return check_fields


def _plan(info: inspect.Type) -> Check | None:
    match info:
        case inspect.Metadata():
            return _both(
                _marked(cast("dict[str, Any]", info.extra or {})), _plan(info.type)
            )
        case inspect.StructType():
            return _struct_plan(info.cls)
        case inspect.VarTupleType():
            return _each(_plan(info.item_type))
        case inspect.UnionType():
            return _union(info)
        case _:
            return None


def _marked(extra: dict[str, Any]) -> Check | None:
    if "text" in extra:
        return TEXT_CHECKS[extra["text"]]
    if "unique" in extra:
        return _check_unique
    if "point" in extra:
        return _check_key
    if "unit" in extra:
        return check_unit
    return None


def _union(info: inspect.UnionType) -> Check | None:
    others = [
        t
        for t in info.types
        if not isinstance(t, inspect.NoneType | inspect.StructType)
    ]
    plans = [check for t in others if (check := _plan(t))]
    if len(plans) > 1:
        raise TypeError("a union has at most one kind of marked value beside structs")

    def check_union(value: object) -> None:
        if isinstance(value, msgspec.Struct):
            check_marks(value)
        elif value is not None and plans:
            plans[0](value)

    return check_union


def _each(check: Check | None) -> Check | None:
    if check is None:
        return None

    def check_each(values: tuple[object, ...]) -> None:
        for value in values:
            check(value)

    return check_each


def _both(first: Check | None, second: Check | None) -> Check | None:
    if first is None or second is None:
        return first or second

    def check_both(value: object) -> None:
        first(value)
        second(value)

    return check_both


def _check_unique(values: tuple[object, ...]) -> None:
    if len(set(values)) != len(values):
        raise ValueError("a list holds an element twice")


def _check_key(key: bytes) -> None:
    if not is_key(key):
        raise ValueError("not a valid Ed25519 public key")
