"""`dalgu traffic field` and `prove`: simulated signal controllers, and what they can never do."""

from pathlib import Path
from typing import Annotated

import typer

Kept = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, help="A network as a city keeps it: traffic/networks/*.json."
    ),
]


def field(  # noqa: PLR0913 - one for each option
    network: Kept,
    socket: Annotated[
        str, typer.Option(help="Where to listen: tcp:127.0.0.1:9470 or unix:/run/field.")
    ] = "tcp:127.0.0.1:9470",
    seed: Annotated[int, typer.Option(help="The same seed, the same vehicles.")] = 1,
    speed: Annotated[float, typer.Option(help="So many times faster than the wall.")] = 1.0,
    since: Annotated[str, typer.Option(hidden=True, help="Where its clock starts.")] = "",
    ends_with_input: Annotated[
        bool, typer.Option("--ends-with-input", hidden=True, help="End when the input does.")
    ] = False,
) -> None:
    """Run simulated signal controllers over the streets of a network, as `dalgu up` does.

    Each has its phase machine, conflict monitor, watchdog and fixed plans; without a city it runs
    those. A city finds it by the settings traffic.field_url and traffic.field_secret.

    DALGU_TRAFFIC__FIELD_SECRET=... dalgu traffic field .dalgu/traffic/networks/<digest>.json
    """
    from datetime import datetime

    from dalgu.app.commands.signal_field import Options, run

    start = datetime.fromisoformat(since) if since else None
    run(Options(network, socket, seed, speed, start, ends_with_input))


def prove(
    network: Kept,
    signal: Annotated[list[str] | None, typer.Argument(help="Signals; all by default.")] = None,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole", help="Also every red and every way back to the plan: minutes each."
        ),
    ] = False,
) -> None:
    """Prove that no controller can pass the safety layer: visit every state of a signal's machine.

    Under every wish at every second: no conflicting greens, no short intergreen, minimum green and
    clearance kept. With --whole also: no red beyond its maximum, back on the plan within a cycle.
    A counter-example is told tick by tick.

    dalgu traffic prove .dalgu/traffic/networks/<digest>.json x001 x002
    """
    from dalgu.app.commands.signal_field import proofs

    held = True
    for proof in proofs(network, signal or [], whole=whole):
        held &= proof.holds
        state = "holds" if proof.holds else f"FAILS: {proof.failed}"
        back = (
            f"; back on its plan after at most {proof.return_most_s:.0f} s of {proof.cycle_s:.0f} s"
            if whole
            else ""
        )
        typer.echo(
            f"{proof.signal:16} {state}; {proof.states:,} states, {proof.steps:,} steps" + back
        )
        for step in proof.trace:
            typer.echo(f"  {step}")
    if not held:
        raise typer.Exit(1)
