"""Takes notifications over HTTP and counts what they tell: `python receiver.py PORT`.

`GET /` answers how many different (subscription, entity, value) have come, in how many requests.
"""

import asyncio
import sys

import msgspec

TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"

_decode = msgspec.json.Decoder().decode


class Receiver:
    """Counts; a value that comes twice counts once."""

    def __init__(self) -> None:
        self.told: set[tuple[str, str, float]] = set()
        self.requests = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it is closed."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                _, found, rest = head.lower().partition(b"content-length:")
                text = await reader.readexactly(int(rest.split(b"\r\n", 1)[0])) if found else b""
                writer.write(self._take(text) if text else self._tell())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _take(self, text: bytes) -> bytes:
        told = _decode(text)
        self.requests += 1
        for entity in told["data"]:
            key = (told["subscriptionId"], entity["id"], entity["occupancy"]["value"])
            self.told.add(key)
        return TAKEN

    def _tell(self) -> bytes:
        text = msgspec.json.encode([len(self.told), self.requests])
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)


async def main(port: int) -> None:
    """Receive until terminated."""
    server = await asyncio.start_server(Receiver().answer, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
