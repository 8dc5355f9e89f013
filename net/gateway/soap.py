"""The three actions of a router's connection service, and where that service is.

Runs in the child, and uses the standard library alone.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from net.gateway.markup import Element, elements, text_of
from net.gateway.web import Place, RouterError, Said, ask, place

KINDS: Final = (
    "urn:schemas-upnp-org:service:WANIPConnection:2",
    "urn:schemas-upnp-org:service:WANIPConnection:1",
    "urn:schemas-upnp-org:service:WANPPPConnection:1",
)
NAME: Final = "Bazaar"
OK: Final = 200
MAX_CODE: Final = 999
ENVELOPE: Final = (
    '<?xml version="1.0"?>\n<s:Envelope'
    ' xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
    ' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>'
    '<u:{action} xmlns:u="{kind}">{fields}</u:{action}></s:Body></s:Envelope>'
)


class ActionRefusedError(Exception):
    """The router said no, with a code of UPnP."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Service(NamedTuple):
    """A connection service of a router, and our own address as it sees us."""

    kind: str
    at: Place
    own: str


def service(url: str, host: str) -> Service:
    """The best connection service that the description at ``url`` names. Raises RouterError."""
    said = ask(place(url, host))
    if said.status != OK:
        raise RouterError("no description")
    found = elements(said.body)
    services = _services(found)
    base = text_of(found, "URLBase") or url
    for kind in KINDS:
        if services.get(kind):
            return Service(kind, place(services[kind], host, base), said.own)
    raise RouterError("no connection service")


def _services(found: Sequence[Element]) -> dict[str, str]:
    """Where each kind of service is controlled; the first of a kind counts."""
    services: dict[str, str] = {}
    seen: dict[str, str] = {}
    for tag, text in found:
        if tag == "service":
            kind = seen.pop("serviceType", "")
            services.setdefault(kind, seen.pop("controlURL", ""))
        else:
            seen[tag] = text
    return services


def add(at: Service, port: int, lease: int) -> None:
    """Have ``port`` passed on to us for ``lease`` seconds; 0 for ever.

    Raises ActionRefusedError or RouterError.
    """
    _act(
        at,
        "AddPortMapping",
        {
            "NewRemoteHost": "",
            "NewExternalPort": str(port),
            "NewProtocol": "TCP",
            "NewInternalPort": str(port),
            "NewInternalClient": at.own,
            "NewEnabled": "1",
            "NewPortMappingDescription": NAME,
            "NewLeaseDuration": str(lease),
        },
    )


def delete(at: Service, port: int) -> None:
    """Have ``port`` passed on no more. Raises ActionRefusedError or RouterError."""
    fields = {
        "NewRemoteHost": "",
        "NewExternalPort": str(port),
        "NewProtocol": "TCP",
    }
    _act(at, "DeletePortMapping", fields)


def external(at: Service) -> str:
    """What the router says is its address. Raises ActionRefusedError or RouterError."""
    said = _act(at, "GetExternalIPAddress", {})
    return text_of(elements(said.body), "NewExternalIPAddress")


def _act(at: Service, action: str, fields: Mapping[str, str]) -> Said:
    inside = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in fields.items())
    body = ENVELOPE.format(action=action, kind=at.kind, fields=inside).encode()
    headers = {
        "Content-Type": 'text/xml; charset="utf-8"',
        "SOAPAction": f'"{at.kind}#{action}"',
    }
    said = ask(at.at, body, headers)
    if said.status != OK:
        raise ActionRefusedError(_code(said.body))
    return said


def _code(body: bytes) -> int:
    text = text_of(elements(body), "errorCode")
    is_code = text.isascii() and text.isdecimal() and int(text[:4]) <= MAX_CODE
    return int(text[:4]) if is_code else 0
