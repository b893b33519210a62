"""`dalgu certify verify | issuer | status`: signed certificates, all without a running city."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dalgu.cli.frame import DataDir, Lang, settings

if TYPE_CHECKING:
    from dalgu.certification.certificate.installed import Installed
    from dalgu.certification.certificate.issuer import Issuer
    from dalgu.certification.certificate.verification import Verification

issuer = typer.Typer(no_args_is_help=True, help="Make and show the key that signs certificates.")
status = typer.Typer(no_args_is_help=True, help="Sign the list of how certificates stand.")

NewFile = Annotated[Path, typer.Argument(help="File to write.", dir_okay=False, writable=True)]


def verify(  # noqa: PLR0913 - options of a command
    file: Annotated[Path, typer.Argument(help="The PDF.", exists=True, dir_okay=False)],
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            help="Key to trust, as its issuer exported it; may be given several times.",
            metavar="<file>",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    status: Annotated[
        Path | None,
        typer.Option(help="Signed status list of the issuer.", exists=True, dir_okay=False),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day to speak of.", show_default="today"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer for machines.")] = False,
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Verify a certificate, offline; exit code 0 only where it is valid or extended."""
    import msgspec

    from dalgu.certification.certificate.trust import read_trust
    from dalgu.certification.certificate.verification import Report

    found = _installed(data).check(
        file.read_bytes(),
        _today() if on is None else on.date(),
        also=[read_trust(one.read_bytes(), one.name) for one in trust or ()],
        status=None if status is None else status.read_bytes(),
    )
    if as_json:
        typer.echo(msgspec.json.encode(Report.of(found)))
    else:
        _tell(found, lang)
    if not found.verdict.holds:
        raise typer.Exit(1)


@issuer.command("init")
def init(
    ko: Annotated[str, typer.Option(help="Name of the issuer in Korean.")],
    en: Annotated[str, typer.Option(help="Name of the issuer in English.")],
    data: DataDir = None,
) -> None:
    """Make the key that signs certificates, once, and trust it here."""
    from dalgu.kernel.clock import SystemClock
    from dalgu.kernel.text import Text

    installed = _installed(data)
    _show(installed.create_issuer(Text(ko, en), SystemClock()))
    typer.echo(f"Keep a copy of '{installed.issuer_file}' where nobody else reads it.")


@issuer.command("show")
def show(data: DataDir = None) -> None:
    """Show who signs here, and the key id that others compare."""
    _show(_installed(data).issuer())


@issuer.command("export")
def export(file: NewFile, data: DataDir = None) -> None:
    """Write the public key for those who verify."""
    from dalgu.certification.certificate.trust import trust_file

    key = _installed(data).issuer().key
    file.write_bytes(trust_file(key))
    typer.echo(f"Key {key.key_id} is in '{file}'.")


@status.command("export")
def export_status(
    file: NewFile,
    days: Annotated[int, typer.Option(help="Days that the list counts.", min=1)] = 7,
    data: DataDir = None,
) -> None:
    """Sign the next status list from how the certificates stand, and write it."""
    from dalgu.kernel.clock import SystemClock

    file.write_bytes(_installed(data).publish(SystemClock().now(), days=days))
    typer.echo(f"The status list is in '{file}'; it counts for {days} days.")


def _installed(data: Path | None) -> "Installed":
    from dalgu.certification.certificate.installed import Installed

    return Installed(Path(settings(data_dir=data).settings.data_dir))


def _today() -> date:
    from dalgu.kernel.clock import SystemClock, local

    return local(SystemClock().now()).date()


def _show(one: "Issuer") -> None:
    from dalgu.kernel.clock import iso

    typer.echo(f"issuer      {one.name.ko} / {one.name.en}")
    typer.echo(f"key id      {one.key_id}")
    typer.echo(f"valid from  {iso(one.key.valid_from)}")


def _tell(found: "Verification", lang: Literal["ko", "en"]) -> None:
    """Print the finding, then what the certificate states."""
    typer.echo(found.verdict.upper().replace("_", " "))
    for sentence in found.sentences:
        typer.echo(sentence.say(lang))
    if found.facts is None:
        return
    facts = found.facts
    typer.echo("")
    for label, value in (
        ("number", facts.number),
        ("title", facts.title.say(lang)),
        ("city", facts.city.say(lang)),
        ("programme", facts.programme.say(lang)),
        ("framework", f"{facts.framework}, {facts.framework_title.say(lang)}"),
        ("  content", facts.framework_hash),
        ("  standing", facts.official_status),
        ("grade", str(facts.grade)),
        ("points", f"{facts.points:,.2f} of {facts.total_points:,.2f}"),
        ("score", facts.score_digest),
        ("as of", facts.reference_on.isoformat()),
        ("issued", facts.issued_on.isoformat()),
        ("last day", facts.expires_on.isoformat()),
        ("mark", "may be shown" if found.mark_may_be_shown(found.on) else "may not be shown"),
    ):
        typer.echo(f"{label:10}  {value}")
