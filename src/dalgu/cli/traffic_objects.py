"""`dalgu traffic objects`: a look into one signal's controller, object by object."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

if TYPE_CHECKING:
    from dalgu.kernel.settings import Settings

MOST = 255  # what any object can be set to

commands = typer.Typer(
    no_args_is_help=True,
    help="Objects of a signal's controller in a running field, named like those of NTCIP 1202. "
    "A look in beside the city, which goes on leading.",
)

Signal = Annotated[str, typer.Argument(help="A signal of the street network, as x001.")]
Field = Annotated[
    str | None,
    typer.Option(
        "--field",
        help="Where the field listens, as tcp:127.0.0.1:9470; its secret is taken from "
        "DALGU_TRAFFIC__FIELD_SECRET. By default the setting traffic.field_url, else the field "
        "that `dalgu up` runs.",
    ),
]


@commands.command("walk")
def walk(signal: Signal, field: Field = None, data: DataDir = None) -> None:
    """List all objects of a controller with their values.

    A phase is a signal group, one bit in a number of eight: phase 1 is bit 0 of index 1, phase 9
    bit 0 of index 2. `phaseStatusGroupGreens.1 = 5` says that phases 1 and 3 are green.

    dalgu traffic objects walk x001
    """
    _tell(signal, "", field, data)


@commands.command("get")
def get(
    signal: Signal,
    name: Annotated[
        str, typer.Argument(help="NAME.INDEX for one object, NAME for all of that name.")
    ],
    field: Field = None,
    data: DataDir = None,
) -> None:
    """Tell one object, or all of a name.

    dalgu traffic objects get x001 phaseStatusGroupGreens.1
    """
    _tell(signal, name, field, data)


@commands.command("set")
def set_(
    signal: Signal,
    name: Annotated[
        str, typer.Argument(help="NAME.INDEX; the index may be left out where there is one.")
    ],
    value: Annotated[int, typer.Argument(min=0, max=MOST, help="The value.")],
    field: Field = None,
    data: DataDir = None,
) -> None:
    """Set the pattern or a control of phases; the phase machine decides what becomes of it.

    systemPatternControl: a number of the controller's plans, from 1, which it then runs whatever
    the city commands; 254 lets the city lead it again. The city's next change of plans does so
    too. phaseControlGroupHold, phaseControlGroupForceOff and phaseControlGroupPhaseOmit: phases
    as bits, forgotten after 10 s unless set again. Minimum greens, maximum reds, intergreens and
    clearances stay as they are. It is written in the city's audit chain.

    dalgu traffic objects set x001 systemPatternControl.0 2
    """
    from dalgu.app.commands.signal_objects import put

    _print(wait(put(_settings(field, data), signal, name, value)))


def _tell(signal: str, name: str, field: str | None, data: Path | None) -> None:
    from dalgu.app.commands.signal_objects import asked

    _print(wait(asked(_settings(field, data), signal, name)))


def _settings(field: str | None, data: Path | None) -> "Settings":
    return settings(data_dir=data, **{"traffic.field_url": field}).settings


def _print(objects: dict[str, int]) -> None:
    for name, value in objects.items():
        typer.echo(f"{name} = {value}")
