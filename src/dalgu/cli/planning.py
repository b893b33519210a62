"""`dalgu certify what-if | probability | effort | compare | profile`: what helps the score."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli.frame import DataDir, Lang, settings, wait

if TYPE_CHECKING:
    from dalgu.certification.comparison.compare import Compared, Entrant
    from dalgu.certification.framework.model import Framework
    from dalgu.certification.planning.costs import Costs
    from dalgu.certification.planning.whatif import OutOfReach, Plan
    from dalgu.kernel.text import Language

SHOWN_FLIPS = 8
DEFAULT = "kr-scc-2021"

ProfileFile = Annotated[
    Path | None,
    typer.Option(
        "--profile", help="Ask of this profile instead of the city.", exists=True, dir_okay=False
    ),
]
Framed = Annotated[str, typer.Option("--framework", help="As `framework list` names it.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same draws.", min=0)]
Draws = Annotated[int, typer.Option(help="How many.", min=100, max=100_000)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


def what_if(  # noqa: PLR0913 - the options of a command
    grade: Annotated[int | None, typer.Option(help="The grade to reach, or a better one.")] = None,
    costs: Annotated[
        Path | None,
        typer.Option(help="TOML or JSON of what improvements cost.", exists=True, dir_okay=False),
    ] = None,
    budget: Annotated[
        int | None, typer.Option(help="At most so many won, whatever the table says.", min=0)
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write a table of costs to fill in.", dir_okay=False)
    ] = None,
    profile: ProfileFile = None,
    framework: Framed = DEFAULT,
    data: DataDir = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Find the cheapest improvements that lead to a grade; exit code 1 where none do."""
    from dalgu.certification.planning import costs as tables
    from dalgu.certification.planning import whatif

    city, by = _asked(data, profile, framework)
    if template is not None:
        template.write_text(tables.template(by, city.basis), "utf-8")
        typer.echo(f"{template}")
        return
    if grade is None or costs is None:
        raise typer.BadParameter("--grade and --costs are required, or --template alone.")
    table = tables.read_costs(costs.read_bytes(), costs.name)
    found = whatif.what_if(by, city.basis, grade, _within(table, budget))
    if as_json:
        _print_json(found)
    else:
        _print_plan(by, found, lang)
    if isinstance(found, whatif.OutOfReach):
        raise typer.Exit(1)


def probability(  # noqa: PLR0913 - the options of a command
    draws: Draws = 2_000,
    seed: Seed = 1,
    profile: ProfileFile = None,
    framework: Framed = DEFAULT,
    data: DataDir = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Tell how probable each grade is, and which indicators flip it."""
    import numpy as np

    from dalgu.certification.scoring.probability import grade_probability

    city, by = _asked(data, profile, framework)
    basis = city.basis
    found = grade_probability(
        by,
        basis.city_type,
        basis.measurements,
        basis.maturities,
        basis.not_applicable,
        rejected=basis.rejected,
        rng=np.random.default_rng(seed),
        draws=draws,
    )
    if as_json:
        _print_json(found)
        return
    _print_standing(by)
    typer.echo(
        f"{found.total:,.2f} points, grade {found.grade}; {found.draws:,} draws, seed {seed}"
    )
    typer.echo(f"95 % of the draws lie between {found.low:,.2f} and {found.high:,.2f} points")
    for grade, share in found.share_of_grade:
        typer.echo(f"  grade {grade}  {share:6.1%}")
    typer.echo(f"certified in {found.certified_share:.1%} of the draws")
    if found.flips:
        typer.echo(f"What flips the grade ({found.measure}):")
    for flip in found.flips[:SHOWN_FLIPS]:
        wide = "" if flip.interval is None else f" ± {flip.interval:.2f}"
        name = by.indicator(flip.indicator).name.say(lang)
        typer.echo(f"  {flip.indicator}  {flip.index:.2f}{wide}  {name}")


def effort(
    profile: ProfileFile = None,
    framework: Framed = DEFAULT,
    data: DataDir = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """List what can be done for each indicator that is not full, the least effort first."""
    from dalgu.certification.planning.effort import gains, nearest, sensitivity

    city, by = _asked(data, profile, framework)
    found, sheet = gains(by, city.basis), city.basis.score(by)
    if as_json:
        _print_json({"gains": found, "sensitivity": sensitivity(by, city.basis)})
        return
    _print_standing(by)
    typer.echo(f"{sheet.total:,.2f} of {sheet.total_max:,g} points, grade {sheet.grade.grade}")
    ahead = nearest(by, sheet)
    if ahead is not None:
        typer.echo(f"grade {ahead[0].grade} lacks {ahead[1]:,.2f} points")
    for one in found:
        name = by.indicator(one.indicator).name.say(lang)
        registers = f"  ({', '.join(one.registers)})" if one.effort.asks_for_registers else ""
        typer.echo(
            f"{one.points:8.2f}  {one.indicator}  {one.effort.text.say(lang)}: {name}{registers}"
        )


def compare(  # noqa: PLR0913 - the options of a command
    files: Annotated[
        list[Path], typer.Argument(help="Profiles of two cities or more.", exists=True)
    ],
    draws: Draws = 2_000,
    seed: Seed = 1,
    not_comparable: Annotated[
        bool, typer.Option(help="Show cities of other types or versions too, unranked.")
    ] = False,
    data: DataDir = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Compare cities of one type under one framework version: rank, interval, profile, peers."""
    import numpy as np

    from dalgu.app.commands.planning import of_file
    from dalgu.certification.comparison.compare import compare as beside

    loaded = settings(data_dir=data).settings
    found = beside(
        [of_file(loaded, file) for file in files],
        np.random.default_rng(seed),
        draws=draws,
        as_not_comparable=not_comparable,
    )
    if as_json:
        _print_json(found)
        return
    if found.why_not is not None:
        typer.secho(f"NOT COMPARABLE: {found.why_not.say(lang)}", fg="yellow")
    for one in found.cities:
        _print_compared(one, lang)


def profile(
    file: Annotated[Path, typer.Argument(help="JSON file to write.", dir_okay=False)],
    framework: Framed = DEFAULT,
    official: Annotated[bool, typer.Option(help="As measured officially, not as of now.")] = False,
    data: DataDir = None,
) -> None:
    """Write this city's profile as it was measured last, for others to compare with."""
    from dalgu.app.commands.planning import of_city
    from dalgu.certification.comparison.profile import write_profile

    loaded = settings(data_dir=data).settings
    told, _ = wait(of_city(loaded, framework, official=official))
    file.write_bytes(write_profile(told))
    typer.echo(f"{file}")


def join(group: typer.Typer) -> None:
    """Make the commands of this module commands of a group."""
    group.command("what-if")(what_if)
    for command in (probability, effort, compare, profile):
        group.command(command.__name__)(command)


def _within(costs: "Costs", budget: int | None) -> "Costs":
    from msgspec.structs import replace

    return costs if budget is None else replace(costs, budget=budget)


def _asked(data: Path | None, profile: Path | None, framework: str) -> "Entrant":
    from dalgu.app.commands.planning import of_city, of_file

    loaded = settings(data_dir=data).settings
    if profile is not None:
        return of_file(loaded, profile)
    return wait(of_city(loaded, framework, official=False))


def _print_standing(framework: "Framework") -> None:
    typer.echo(
        f"{framework.name}, {framework.official_status}: a reckoning, no certificate; its marks: "
        f"dalgu certify framework show {framework.name}"
    )


def _print_plan(framework: "Framework", found: "Plan | OutOfReach", language: "Language") -> None:
    from dalgu.certification.planning.whatif import OutOfReach

    _print_standing(framework)
    before, after = found.before, found.after
    if isinstance(found, OutOfReach):
        binding = ", ".join(found.binding)
        budget = "" if found.least_budget is None else f"; it takes {found.least_budget:,} won"
        typer.echo(
            f"Grade {found.grade.grade} ({found.target:,.2f} points) is out of reach: "
            f"{binding}{budget}. The most there is for the money:"
        )
    for one in found.changes:
        was = "none" if one.before is None else f"{one.before:g}"
        name = framework.indicator(one.indicator).name.say(language)
        typer.echo(
            f"  {one.indicator}  {was:>8} -> {one.after:<8g} {one.points:+8.2f} points "
            f"{one.cost:>16,} won  {name}"
        )
    typer.echo(
        f"{before.total:,.2f} points, grade {before.grade.grade} -> "
        f"{after.total:,.2f} points, grade {after.grade.grade}, for {found.cost:,} won"
    )


def _print_compared(one: "Compared", language: "Language") -> None:
    sheet, rank = one.sheet, one.rank
    place = (
        "   -         " if rank is None else f"{rank.rank:>4} ({rank.low}-{rank.high})".ljust(13)
    )
    typer.echo(
        f"{place} {one.profile.name.say(language)} ({one.profile.city}, {one.profile.framework}, "
        f"{one.profile.city_type})  {sheet.total:,.2f} of {sheet.total_max:,g}, "
        f"grade {sheet.grade.grade}"
    )
    typer.echo("     " + "  ".join(f"{code} {share:.0%}" for code, share in one.items))
    if one.peers:
        typer.echo("     nearest: " + ", ".join(f"{p.city} ({p.distance:.2f})" for p in one.peers))


def _print_json(value: object) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
