"""One child process that decodes pictures, asked for one after the other."""

import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import trio

from bazaar.app.ports import Cleaned, Edit
from bazaar.domain.errors import MalformedMessageError
from store.picture_wire import REPLY, REQUEST

ROOT: Final = Path(__file__).resolve().parent.parent
BOOT: Final = "import sys; sys.path.append(sys.argv[1]); from store.picture_child import main; main()"
"""An isolated interpreter (-I) knows neither our folder nor the user's."""

MAX_REPLY_BYTES: Final = 8 * 1024 * 1024
PICTURES_PER_CHILD: Final = 200
ANSWER_SECONDS: Final = 20


class Request(NamedTuple):
    """What is asked of the child for one picture."""

    order: int
    size: int
    edit: Edit


class RefusedByChildError(Exception):
    """The child looked at the picture and did not take it."""


class _Running(NamedTuple):
    process: trio.Process
    sink: trio.abc.SendStream
    source: trio.abc.ReceiveStream


class PictureProcess:
    """Starts when it is first asked, and anew after ``PICTURES_PER_CHILD`` or a death.

    One caller at a time: whoever asks has it alone.
    """

    def __init__(self) -> None:
        self._running: _Running | None = None
        self._done = 0

    @property
    def process(self) -> trio.Process | None:
        """The process, if one is running."""
        return self._running and self._running.process

    async def ask(self, request: Request, data: bytes) -> Cleaned:
        """Have ``data`` decoded and encoded anew. Raises MalformedMessageError in words.

        Cancelling it kills the child; the next call starts another.
        """
        whole = False
        try:
            with trio.move_on_after(ANSWER_SECONDS):
                answer = await self._answer(request, data)
                whole = True
                return answer
        except RefusedByChildError as error:
            whole = True
            raise MalformedMessageError(f"the picture is refused: {error}") from error
        except (trio.BrokenResourceError, EOFError):
            pass
        finally:
            if not whole or self._done % PICTURES_PER_CHILD == 0:
                await self.aclose()
        raise MalformedMessageError(
            "the picture is refused: it takes too much to decode"
        )

    async def aclose(self) -> None:
        """End the child; also when cancelled."""
        running, self._running = self._running, None
        if running is not None:
            running.process.kill()
            with trio.CancelScope(shield=True):
                await running.process.wait()
                await running.sink.aclose()
                await running.source.aclose()

    async def _answer(self, request: Request, data: bytes) -> Cleaned:
        self._done += 1
        child = self._running = self._running or await _started()
        order, size, (turn, crop) = request
        head = REQUEST.pack(order, size, turn, *crop, len(data))
        await child.sink.send_all(head + data)
        done, width, height, length = REPLY.unpack(
            await _read(child.source, REPLY.size)
        )
        if length > MAX_REPLY_BYTES:
            raise EOFError
        said = await _read(child.source, length)
        if not done:
            raise RefusedByChildError(said.decode(errors="replace"))
        return Cleaned(said, width, height)


async def _started() -> _Running:
    process = await trio.lowlevel.open_process(
        [sys.executable, "-I", "-c", BOOT, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - both were asked for
    assert process.stdout is not None  # noqa: S101 - both were asked for
    return _Running(process, process.stdin, process.stdout)


async def _read(source: trio.abc.ReceiveStream, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        more = await source.receive_some(length - len(data))
        if not more:
            raise EOFError
        data += more
    return bytes(data)
