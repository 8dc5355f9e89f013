"""A small router on loopback: answers searches by UDP and actions by HTTP, well or badly."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

HOST: Final = "127.0.0.1"
KIND: Final = "urn:schemas-upnp-org:service:WANIPConnection:1"
DESCRIPTION: Final = """<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><device><serviceList>
<service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
<controlURL>/forwarding</controlURL></service>
<service><serviceType>{kind}</serviceType><controlURL>{control}</controlURL></service>
</serviceList></device></root>
"""
FAULT: Final = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    "<detail><UPnPError><errorCode>{code}</errorCode></UPnPError></detail>"
    "</s:Fault></s:Body></s:Envelope>"
)
ADDRESS: Final = (
    "<r><NewExternalIPAddress>{address}</NewExternalIPAddress><!-- of the line --></r>"
)

Write = Callable[[BaseHTTPRequestHandler], None]


class Router:
    """What it was told, and how it answers.

    Attributes:
        describes: Writes the description in another way.
        refuses: Code with which a lease above 0 is refused, and one for ever.
        mappings: Lease in seconds by port.
        asked: Actions in their order.
    """

    def __init__(self) -> None:
        self.description = DESCRIPTION.format(kind=KIND, control="/control")
        self.describes: Write | None = None
        self.refuses: dict[bool, int] = {}
        self.external = "203.0.114.9"
        self.mappings: dict[int, int] = {}
        self.asked: list[str] = []
        self.at = (HOST, 0)
        self.location = ""
        self.stopped = threading.Event()

    def act(self, action: str, body: str) -> tuple[int, str]:
        """Status and body of the answer to an action."""
        self.asked.append(action)
        if action == "GetExternalIPAddress":
            return 200, ADDRESS.format(address=self.external)
        port = int(_field(body, "NewExternalPort"))
        if action == "DeletePortMapping":
            found = self.mappings.pop(port, None)
            return (200, "<r/>") if found is not None else (500, _fault(714))
        lease = int(_field(body, "NewLeaseDuration"))
        code = self.refuses.get(lease > 0)
        if code is not None:
            return 500, _fault(code)
        assert _field(body, "NewInternalClient") == HOST
        self.mappings[port] = lease
        return 200, "<r/>"


@contextlib.contextmanager
def running(router: Router) -> Generator[Router]:
    """``router`` on free ports, until the end of the context."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if router.describes is not None:
                with contextlib.suppress(OSError):
                    router.describes(self)
                return
            write(self, 200, router.description.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            action = self.headers["SOAPAction"].strip('"').rpartition("#")[2]
            status, text = router.act(action, body)
            write(self, status, text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            del format, args

    with (
        ThreadingHTTPServer((HOST, 0), Handler) as web,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear,
    ):
        ear.bind((HOST, 0))
        router.at = ear.getsockname()
        router.location = router.location or f"http://{HOST}:{web.server_port}/root.xml"
        threads = [
            threading.Thread(target=web.serve_forever, args=(0.05,)),
            threading.Thread(target=_listen, args=(router, ear)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield router
        finally:
            router.stopped.set()
            web.shutdown()
            ear.sendto(b"", router.at)
            for thread in threads:
                thread.join()


def write(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    """A whole answer."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    with contextlib.suppress(OSError):
        handler.wfile.write(body)


def _listen(router: Router, ear: socket.socket) -> None:
    while not router.stopped.is_set():
        packet, sender = ear.recvfrom(2_048)
        if packet.startswith(b"M-SEARCH * HTTP/1.1\r\n"):
            answer = f"HTTP/1.1 200 OK\r\nEXT:\r\nLocation: {router.location}\r\n\r\n"
            ear.sendto(answer.encode(), sender)


def _fault(code: int) -> str:
    return FAULT.format(code=code)


def _field(body: str, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", body)
    assert found is not None
    return found[1]
