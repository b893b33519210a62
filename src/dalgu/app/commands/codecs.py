"""Adds payload codecs to a city, lists them, and tries one on bytes."""

from dataclasses import replace
from pathlib import Path

from dalgu.app.commands.opening import any_city, city
from dalgu.devices.codecs import adding
from dalgu.devices.codecs.adding import Adding, NewCodec
from dalgu.devices.codecs.entities import PayloadCodec
from dalgu.devices.codecs.errors import CodecUnloadable
from dalgu.hub.model import Document
from dalgu.kernel.clock import SystemClock
from dalgu.kernel.settings import Settings


async def add(
    settings: Settings, new: NewCodec, file: Path | None, *, replaces: bool
) -> PayloadCodec:
    """Add a codec, its text from a file where it has one."""
    if file is not None:
        new = replace(new, source=_text(new.name, file))
    async with any_city(settings) as platform:
        how = Adding(platform.clock.now(), None, replaces=replaces)
        return await adding.add_codec(platform.hub, platform.registry.codecs.host, new, how)


async def list_codecs(settings: Settings) -> list[PayloadCodec]:
    """Return the codecs of a city."""
    async with city(settings) as platform:
        return await adding.list_codecs(platform.hub)


async def try_kept(settings: Settings, name: str, payload: bytes, f_port: int) -> Document:
    """Return what a codec of the city makes of bytes."""
    async with city(settings) as platform:
        codec = adding.as_new(*await adding.source_of(platform.hub, name))
        host, now = platform.registry.codecs.host, platform.clock.now()
        return adding.tried(adding.try_codec(host, codec, payload, f_port=f_port, at=now))


def try_file(file: Path, payload: bytes, f_port: int, mapping: str | None) -> Document:
    """Return what the codec in a file makes of bytes; no city is needed."""
    from dalgu.devices.codecs.host import CodecHost

    codec = NewCodec(file.stem, _text(file.stem, file), mapping=mapping)
    host = CodecHost()
    try:
        now = SystemClock().now()
        return adding.tried(adding.try_codec(host, codec, payload, f_port=f_port, at=now))
    finally:
        host.close()


def _text(name: str, file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise CodecUnloadable(name, f"'{file}' is not UTF-8 text") from None
