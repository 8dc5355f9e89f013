"""``template`` and ``defaults``: what many listings have in common."""

import argparse
from typing import Any, cast

from bazaar.cli.arguments import json_file
from bazaar.cli.output import Shown
from bazaar.cli.parser import Commands
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.merchant import (
    DefaultsSet,
    DefaultsShow,
    DefaultsView,
    TemplateList,
    TemplatePut,
    TemplateRemove,
    TemplateView,
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    template = commands.group("template", "ways of shipping for many listings")
    template.ask("list", "your templates", _list)
    put = template.ask("put", "keep a template", _put)
    put.add_argument("name", metavar="NAME")
    put.add_argument("file", metavar="FILE", help="JSON: shipping as in a listing file")
    put.add_argument(
        "--update", action="store_true", help="also in listings that use it"
    )
    template.ask("remove", "forget a template", _remove).add_argument(
        "name", metavar="NAME"
    )
    defaults = commands.group("defaults", "what new listings start with")
    defaults.ask("show", "as they are", _defaults)
    defaults.ask("set", "set all of them", _set).add_argument("file", metavar="FILE")


def _list(_: argparse.Namespace, node: Client) -> Shown:
    found: tuple[TemplateView, ...] = node.call(TemplateList())
    rows = [
        (one.name, ", ".join(w["title"] for w in one.shipping), _uses(one))
        for one in found
    ]
    heads = ("NAME", "WAYS", "LISTINGS")
    return Shown(found, lambda page: page.table(heads, rows, "no templates yet"))


def _put(args: argparse.Namespace, node: Client) -> Shown:
    ways = json_file(args.file)
    if not isinstance(ways, list):
        raise InputError(args.file, "must hold a list, as shipping in a listing file")
    shipping = tuple(cast("list[dict[str, Any]]", ways))
    call = TemplatePut(name=args.name, shipping=shipping, update=args.update)
    view: TemplateView = node.call(call)
    return Shown(view, lambda page: page.line(f"{view.name}: {_uses(view)}"))


def _uses(view: TemplateView) -> str:
    words = f"{view.used} use it"
    return f"{words}, {view.outdated} as it was before" if view.outdated else words


def _remove(args: argparse.Namespace, node: Client) -> Shown:
    done: Done = node.call(TemplateRemove(name=args.name))
    return Shown(done, lambda page: page.line(done.words))


def _defaults(_: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(DefaultsShow()))


def _set(args: argparse.Namespace, node: Client) -> Shown:
    found = json_file(args.file)
    if not isinstance(found, dict):
        raise InputError(args.file, "must hold one JSON object")
    return _shown(node.call(DefaultsSet(defaults=cast("dict[str, Any]", found))))


def _shown(view: DefaultsView) -> Shown:
    rows = [(name, str(value)) for name, value in view.defaults.items()]
    return Shown(view, lambda page: page.fields(rows))
