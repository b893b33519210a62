"""`dalgu composite`: build a composite indicator from CSV files, and see how sure it is."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dalgu.certification.composite.chain import Result
    from dalgu.certification.composite.structure import Array

commands = typer.Typer(
    no_args_is_help=True,
    help="Build a composite indicator (OECD/JRC) and see how far it can be trusted.",
)

DataFile = Annotated[
    Path, typer.Argument(metavar="DATA.csv", help="A row a unit: uCode, uName, then the columns.")
]
MetaFile = Annotated[
    Path,
    typer.Argument(
        metavar="META.csv", help="A row a column: iCode, Level, Direction, Weight, Parent, Type …"
    ),
]
RecipeFile = Annotated[
    Path, typer.Option("--recipe", help="The steps, as TOML; docs/guide/composite-indicators.md.")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same draws.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the table as CSV here.")]

SHOWN_UNITS = 10
SHOWN_CODES = 12


@commands.command("run")
def run(data: DataFile, meta: MetaFile, recipe: RecipeFile, out: Out = None) -> None:
    """Run the steps of a recipe: what each did, then the units from the best to the last.

    A step that cannot work refuses with file, row and field, or indicator and unit: nothing is
    filled in or passed over silently. A recipe is as short as these two lines:

    step = [{ do = "normalise", method = "minmax" },

    { do = "aggregate", methods = ["arithmetic"] }]

    dalgu composite run cities.csv cities-meta.csv --recipe recipe.toml --out results.csv
    """
    from dalgu.certification.composite.chain import run_chain

    result = run_chain(data, meta, recipe)
    _tell_steps(result)
    _tell_units(result)
    if out is not None:
        result.write_csv(out)
        typer.echo(f"All units with all scores are in {out}.")


@commands.command("coherence")
def coherence(
    data: DataFile,
    meta: MetaFile,
    recipe: RecipeFile,
    level: Annotated[int, typer.Option(help="Elements of this level are looked at.")] = 1,
) -> None:
    """Tell whether the indicators belong together: do this before any uncertainty analysis.

    For each group: Cronbach's alpha (0.7 and more: its members tell one story) and how much of
    their variance the first component holds. Then pairs of a group that are correlated
    strongly (one is enough), weakly or negatively (they work against each other), indicators
    that still go along with a denominator, the share that each carries by its weights, and
    how far ranks move without it.

    dalgu composite coherence cities.csv cities-meta.csv --recipe recipe.toml --level 2
    """
    from dalgu.certification.composite.chain import run_chain
    from dalgu.certification.composite.coherence import flags, size_flags

    result = run_chain(data, meta, recipe)
    _tell_groups(result, level)
    found = list(flags(result.scores, result.raw.structure, level))
    if level == 1 and result.raw.denominators is not None:
        found += size_flags(result.before.dataset)
    typer.echo(f"\n{'warns':10} {'group':16} {'pair':34} correlation")
    for one in found:
        pair = f"{one.first} and {one.second}"
        typer.echo(f"{one.warns:10} {one.group:16} {pair:34} {one.correlation:11.2f}")
    _tell_weights(result, level)


@commands.command("uncertainty")
def uncertainty(  # noqa: PLR0913  # each is an option
    data: DataFile,
    meta: MetaFile,
    recipe: RecipeFile,
    draws: Annotated[int, typer.Option(help="How often all uncertain inputs are drawn.")] = 2_000,
    seed: Seed = 1,
    out: Out = None,
) -> None:
    """Draw what the recipe calls uncertain, and tell between which ranks each unit lies.

    The recipe's [uncertainty] table names it; without it the command refuses:

    [uncertainty]

    weight_noise = [0.25]

    alternatives = [{ step = "normalise", options = [{ method = "z-score" }] }]

    dalgu composite uncertainty cities.csv cities-meta.csv --recipe recipe.toml --draws 2000
    """
    import numpy as np

    from dalgu.certification.composite.reading import read_dataset
    from dalgu.certification.composite.recipe import read_recipe
    from dalgu.certification.composite.uncertainty import assess_uncertainty

    found = assess_uncertainty(
        read_dataset(data, meta),
        read_recipe(recipe),
        draws=draws,
        rng=np.random.default_rng(seed),
        told=_tell_draws,
    )
    low, high = found.interval()
    rows = np.stack([found.nominal, found.median(), low, high], axis=1)
    typer.echo(f"{draws:,} draws of {', '.join(found.inputs)}; seed {seed}.")
    typer.echo(f"{'unit':12} {'rank':>6} {'median':>8} {'90 % of the draws':>20}")
    for place in found.nominal.argsort(kind="stable"):
        rank, median, first, last = rows[place]
        typer.echo(
            f"{found.units[place]:12} {rank:6.0f} {median:8.1f} {f'{first:.0f} to {last:.0f}':>20}"
        )
    if out is not None:
        _write(out, ("uCode", "Rank", "MedianRank", "Rank5", "Rank95"), found.units, rows)


@commands.command("sensitivity")
def sensitivity(  # noqa: PLR0913  # each is an option
    data: DataFile,
    meta: MetaFile,
    recipe: RecipeFile,
    sample: Annotated[int, typer.Option(help="Base sample, a power of two.")] = 512,
    unit: Annotated[
        str | None, typer.Option(help="Explain this unit's score instead of the shift in ranks.")
    ] = None,
    seed: Seed = 1,
) -> None:
    """Tell which uncertain input moves the ranking: Sobol indices, first order and total.

    Needs SALib: pip install 'dalgu[sensitivity]'. An input with a small total index can be
    decided without much thought; one with a large index deserves the argument.

    dalgu composite sensitivity cities.csv cities-meta.csv --recipe recipe.toml --sample 1024
    """
    from dalgu.certification.composite.reading import read_dataset
    from dalgu.certification.composite.recipe import read_recipe
    from dalgu.certification.composite.sensitivity import assess_sensitivity

    found = assess_sensitivity(
        read_dataset(data, meta),
        read_recipe(recipe),
        sample=sample,
        seed=seed,
        unit=unit,
        told=_tell_draws,
    )
    typer.echo(f"Shares of the variance of the {found.output}, {found.runs:,} runs:")
    typer.echo(f"{'input':16} {'first order':>18} {'total':>18}")
    for place, name in enumerate(found.inputs):
        first = f"{found.first[place]:.2f} ± {found.first_error[place]:.2f}"
        total = f"{found.total[place]:.2f} ± {found.total_error[place]:.2f}"
        typer.echo(f"{name:16} {first:>18} {total:>18}")


def _tell_steps(result: "Result") -> None:
    """Print what each step did to the data."""
    table, before = result.raw.table, result.before
    typer.echo(f"read        {len(table.units)} units, {len(table.codes)} indicators")
    for name, dataset in before.stages:
        values = dataset.table.values
        missing = int((values != values).sum())
        typer.echo(f"{name:11} {len(values)} units, values missing: {missing}")
    if before.dropped:
        typer.echo(f"  screened out: {', '.join(before.dropped)}")
    typer.echo(f"  values imputed: {int(before.imputed.sum())}")
    for one in before.treated:
        if one.points or one.transform != "none":
            how = f"{one.points} winsorised" if one.points else one.transform
            kept = "" if one.passes else "; still skewed"
            typer.echo(
                f"  {one.code:14} {how:14} skew {one.skew_before:6.2f} to {one.skew:6.2f}, "
                f"kurtosis {one.kurtosis_before:6.2f} to {one.kurtosis:6.2f}{kept}"
            )


def _tell_units(result: "Result") -> None:
    """Print the best units with the index and the level below it."""
    structure, table = result.raw.structure, result.scores
    codes = [structure.top, *structure.codes(structure.levels - 1)[:SHOWN_CODES]]
    shown = table.columns(codes).values
    typer.echo(f"\n{'rank':>4} {'unit':12} " + " ".join(f"{code[:10]:>10}" for code in codes))
    for row in result.ranks.argsort(kind="stable")[:SHOWN_UNITS]:
        scores = " ".join(f"{value:10.2f}" for value in shown[row])
        typer.echo(f"{result.ranks[row]:4.0f} {table.units[row]:12} {scores}")
    if len(table.units) > SHOWN_UNITS:
        typer.echo(f"     … {len(table.units) - SHOWN_UNITS} more; --out writes all of them.")


def _tell_groups(result: "Result", level: int) -> None:
    """Print alpha and the strength of the first component for each group above a level."""
    from dalgu.certification.composite.coherence import cronbach_alpha
    from dalgu.certification.composite.components import Missing, principal_components

    structure, table = result.raw.structure, result.scores
    typer.echo(f"{'group':16} {'members':>7} {'alpha':>7} {'first component':>16}")
    codes = structure.codes(level)
    for group in structure.groups(level + 1) if level < structure.levels else ():
        inside = [codes[place] for place in group.children]
        if len(inside) < 2:
            typer.echo(f"{group.code:16} {len(inside):7}       -                -")
            continue
        alpha = cronbach_alpha(table, inside, missing=Missing.LISTWISE)
        parts = principal_components(table, inside, missing=Missing.LISTWISE)
        typer.echo(f"{group.code:16} {len(inside):7} {alpha:7.2f} {parts.variance[0]:15.0%}")


def _tell_weights(result: "Result", level: int) -> None:
    """Print the share that each element carries, and how far ranks move without it."""
    from dalgu.certification.composite.removal import remove_elements
    from dalgu.certification.composite.weights import effective_weights

    share = effective_weights(result.raw.structure, result.weights)
    removal = remove_elements(result, level)
    typer.echo(f"\n{'element':16} {'share of the index':>18} {'ranks moved without it':>24}")
    for code, shift in zip(removal.codes, removal.shift, strict=True):
        typer.echo(f"{code:16} {share[code]:18.1%} {shift:24.2f}")


def _write(file: Path, header: tuple[str, ...], units: tuple[str, ...], rows: "Array") -> None:
    import csv

    with file.open("w", encoding="utf-8", newline="") as opened:
        out = csv.writer(opened, lineterminator="\n")
        out.writerow(header)
        out.writerows([unit, *map(float, row)] for unit, row in zip(units, rows, strict=True))
    typer.echo(f"All units are in {file}.")


def _tell_draws(done: int, total: int) -> None:
    """Redraw the one line that tells how far the draws have come."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r\x1b[2K{done:,} of {total:,} draws{end}")
        sys.stderr.flush()
