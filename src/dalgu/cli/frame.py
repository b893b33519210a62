"""What every command shares: its city's folder, the settings in force, waiting, and roles."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from dalgu.access.actor import Role
    from dalgu.kernel.settings import Loaded

T = TypeVar("T")

DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the city.", show_default=".dalgu", file_okay=False),
]

Lang = Annotated[
    Literal["ko", "en"], typer.Option("--lang", help="Language of names and sentences.")
]


def settings(**options: str | int | Path | None) -> "Loaded":
    """Return the settings in force: options over environment over file over defaults."""
    from os import environ

    from dalgu.kernel.settings import load, settings_file

    return load(file=settings_file(environ, Path()), environ=environ, options=options)


def wait(work: "Coroutine[None, None, T]") -> "T":
    """Run a command's work to its end and return its result."""
    import asyncio

    return asyncio.run(work)


def role_of(text: str) -> "Role":
    """Return the role of that name; a wrong one is a usage error that names all."""
    from dalgu.access.actor import Role

    try:
        return Role(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no role; use one of {', '.join(Role)}.") from None
