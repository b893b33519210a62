"""`dalgu certify`: measure the city and read the evidence."""

import typer

from dalgu.cli import certificates, frameworks, planning
from dalgu.cli.frame import DataDir, settings, wait

commands = typer.Typer(no_args_is_help=True, help="Measure the city and read the evidence.")
commands.command("verify")(certificates.verify)
commands.add_typer(certificates.issuer, name="issuer")
commands.add_typer(certificates.status, name="status")
commands.add_typer(frameworks.commands, name="framework")
planning.join(commands)


@commands.command("run")
def run(data: DataDir = None) -> None:
    """Measure the indicators now and record them with their evidence."""
    from dalgu.app.commands.certification import measure

    for one in wait(measure(settings(data_dir=data).settings)):
        value = "-" if one.value is None else f"{one.value:.2f}"
        typer.echo(
            f"{one.indicator}  {value:>8}  {one.points:6.2f} of {one.max_points:g} points  "
            f"{one.status}, {_held(one.coverage)} of the period held"
        )
        for variable in one.variables:
            typer.echo(f"    {variable.name} = {variable.value:g}  ({variable.row_count} rows)")


@commands.command("recompute")
def recompute(data: DataDir = None) -> None:
    """Compute the recorded numbers again from their frozen rows; any difference is an error."""
    from dalgu.app.commands import certification

    for code, value, points in wait(certification.recompute(settings(data_dir=data).settings)):
        typer.echo(f"{code}  {value!r}  {points:.2f} points  same to the bit")


def _held(coverage: float) -> str:
    return "less than 1 %" if 0 < coverage < 0.01 else f"{coverage:.0%}"
