"""`dalgu hub models`: find a Smart Data Model; see what our own types follow, what does not fit."""

from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

if TYPE_CHECKING:
    from dalgu.hub.smart_data_models.catalogue import Model, ModelAttribute

commands = typer.Typer(
    no_args_is_help=True, help="Find Smart Data Models, and what does not fit them."
)

SHOWN_OPTIONS = 8  # of an enumeration
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@commands.command("search")
def search(
    words: Annotated[list[str], typer.Argument(help="Words in English or Korean: parking, 수도")],
    limit: Annotated[int, typer.Option(help="How many, the best first.", min=1, max=200)] = 15,
    as_json: AsJson = False,
) -> None:
    """Find models by words of their names, subjects, attributes and descriptions; offline."""
    from dalgu.hub.smart_data_models.search import ready

    answer = ready().search(" ".join(words), limit=limit)
    if as_json:
        _print_json(
            {
                "models": [
                    {
                        "model": one.model.full_name,
                        "score": one.score,
                        "description": one.model.description,
                        "attributes": one.attributes,
                    }
                    for one in answer.found
                ],
                "didYouMean": answer.meant,
            }
        )
        return
    for one in answer.found:
        typer.echo(f"{one.model.name:34} {one.model.subject:34} {one.model.description[:70]}")
    if not answer.found:
        meant = f" Near to them: {', '.join(answer.meant)}." if answer.meant else ""
        typer.echo(f"No model has the words '{' '.join(words)}'.{meant}")
        raise typer.Exit(1)


@commands.command("show")
def show(
    name: Annotated[str, typer.Argument(help="As OffStreetParking or Building/Building.")],
    as_json: AsJson = False,
    context: Annotated[
        bool, typer.Option("--context", help="Print its JSON-LD @context alone.")
    ] = False,
    example: Annotated[
        bool, typer.Option("--example", help="Print an entity with one value of each type.")
    ] = False,
) -> None:
    """Tell a model's attributes with types, units and allowed values, and where it lives."""
    import msgspec

    from dalgu.hub.smart_data_models.catalogue import catalogue, context_of
    from dalgu.hub.smart_data_models.example import example_of

    model = catalogue().find(name)
    if context:
        _print_json(context_of(model))
    elif example:
        _print_json(example_of(model))
    elif as_json:
        told = msgspec.to_builtins(model)
        _print_json({**told, "iri": model.iri, "links": model.links(), **context_of(model)})
    else:
        _print_model(model)


def _print_model(model: "Model") -> None:
    typer.echo(f"{model.name} {model.version}  ({model.subject})\n{model.description}\n")
    typer.echo(f"{'type':16} {model.iri}")
    for what, url in model.links().items():
        typer.echo(f"{what:16} {url}")
    typer.echo(f"{'required':16} {', '.join(model.required) or '-'}\n")
    for one in model.attributes:
        typer.echo(f"{one.name:28} {one.kind:12} {_form(one)}")
        typer.echo(f"{'':28} {one.description[:160]}")


def _form(one: "ModelAttribute") -> str:
    parts = [one.type or "any", one.format, one.units]
    if one.low is not None or one.high is not None:
        low, high = ("" if bound is None else f"{bound:g}" for bound in (one.low, one.high))
        parts.append(f"{low}..{high}")
    if one.enum:
        more = ", …" if len(one.enum) > SHOWN_OPTIONS else ""
        parts.append(f"one of {', '.join(one.enum[:SHOWN_OPTIONS])}{more}")
    return "  ".join(part for part in parts if part)


@commands.command("list")
def listed(as_json: AsJson = False) -> None:
    """List this platform's own entity types: the model each follows, or why none."""
    from dalgu.app.commands.models import declared

    types = declared()
    if as_json:
        _print_json(
            [
                {
                    "type": one.name,
                    "model": None if one.model is None else one.model.full_name,
                    "unmodelled": None if (why := one.entity.unmodelled) is None else why.en,
                    "departs": sorted(one.departures),
                }
                for one in types
            ]
        )
        return
    for one in types:
        why = one.entity.unmodelled
        follows = one.model.full_name if one.model is not None else f"- {why.en if why else ''}"
        departs = f"  departs in {', '.join(sorted(one.departures))}" if one.departures else ""
        typer.echo(f"{one.name:26} {follows}{departs}")


@commands.command("report")
def report(
    data: DataDir = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """List the entities that were stored although they do not fit their models."""
    import msgspec

    from dalgu.app.commands.models import reports

    found = wait(reports(settings(data_dir=data).settings, limit))
    if as_json:
        _print_json(msgspec.to_builtins(found))
        return
    for one in found:
        for misfit in one.misfits:
            typer.echo(
                f"{one.at}  {one.entity}  {misfit.attribute} {misfit.expected}, "
                f"and is {misfit.found}  ({one.model})"
            )
    if not found:
        typer.echo("Nothing is reported. The setting hub.validation turns reports on.")


def _print_json(value: object) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
