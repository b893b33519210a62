"""`dalgu certify cases | timeline | do | submission | log`: the process, at the machine."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dalgu.cli.frame import DataDir, Lang, settings, wait

if TYPE_CHECKING:
    from dalgu.app.commands.process import Line

log = typer.Typer(no_args_is_help=True, help="The sealed log of all certifications.")


def join(commands: typer.Typer) -> None:
    """Add the commands to their group."""
    commands.command("cases")(cases)
    commands.command("timeline")(timeline)
    commands.command("do")(do)
    commands.command("submission")(submission)
    commands.add_typer(log, name="log")


def cases(lang: Lang = "en", data: DataDir = None) -> None:
    """List the cases with their stage and next deadline."""
    from dalgu.app.commands.process import cases

    for line in wait(cases(settings(data_dir=data).settings)):
        typer.echo(_line(line, lang))


def timeline(
    case: Annotated[str, typer.Argument(help="Id of the case.")],
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Show who did what when in a case, with the digest that seals each entry."""
    from dalgu.app.commands.process import timeline
    from dalgu.certification.process.table import tag_of
    from dalgu.certification.process.titles.events import EVENTS
    from dalgu.kernel.clock import iso

    for one in wait(timeline(settings(data_dir=data).settings, case)):
        title = EVENTS[tag_of(type(one.event))].say(lang)
        typer.echo(f"{one.seq:>6}  {iso(one.at)}  {one.role:<16}  {title}  {one.by}  {one.digest}")


def do(
    command: Annotated[str, typer.Argument(help="Name of the command, as define_programme.")],
    parts: Annotated[
        Path, typer.Option("--json", help="File with its parts.", exists=True, dir_okay=False)
    ],
    data: DataDir = None,
) -> None:
    """Take a step in the name of the console, which sets programmes up and grants first roles."""
    import msgspec

    from dalgu.app.commands.process import do

    done = wait(do(settings(data_dir=data).settings, command, parts.read_bytes()))
    for entry in done.entries:
        typer.echo(f"{entry.seq}  {entry.digest}  {msgspec.json.encode(entry.event).decode()}")


def submission(
    file: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False, writable=True)],
    reference: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Reference date of the application.")
    ],
    framework: Annotated[str, typer.Option(help="Name of the framework.")] = "kr-scc-2021",
    data: DataDir = None,
) -> None:
    """Measure the city, freeze the rows and write the file that a certifier elsewhere takes in."""
    import msgspec

    from dalgu.app.commands.process import submission

    chosen = settings(data_dir=data).settings
    found = wait(submission(chosen, framework, reference.date()))
    file.write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    typer.echo(f"{len(found.measurements)} values as of {found.reference_on} are in '{file}'.")


@log.command("verify")
def verify(data: DataDir = None) -> None:
    """Verify every entry of the log; exit code 1 where one was tampered with."""
    from dalgu.app.commands.process import verify_log

    found = wait(verify_log(settings(data_dir=data).settings))
    if found.first_tampered is not None:
        typer.echo(f"Entry {found.first_tampered} is not as it was sealed.")
        raise typer.Exit(1)
    count = 0 if found.head is None else found.head.seq
    typer.echo(f"All {count} entries are as they were sealed.")


@log.command("head")
def head(data: DataDir = None) -> None:
    """Show the newest entry's number and digest, to be kept outside this machine."""
    from dalgu.app.commands.process import verify_log

    found = wait(verify_log(settings(data_dir=data).settings)).head
    typer.echo("0" if found is None else f"{found.seq}  {found.digest}")


def _line(line: "Line", lang: Literal["ko", "en"]) -> str:
    from dalgu.certification.process.titles.words import title_of

    case, due = line.case, line.due
    name = case.government.name_ko if lang == "ko" else case.government.name_en
    coming = "" if due is None else f"{due.due.isoformat()}  {due.title.say(lang)}"
    if due is not None and due.is_overdue:
        coming += "  !"
    return f"{case.id:<24}  {title_of(case.stage).say(lang):<24}  {name:<16}  {coming}".rstrip()
