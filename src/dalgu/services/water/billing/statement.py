"""Bills, runs and replays as plain text: what the command line prints."""

from decimal import Decimal

from dalgu.kernel.text import Language
from dalgu.services.water.billing.entities import WaterBill
from dalgu.services.water.billing.jobs import Run
from dalgu.services.water.billing.lines import figure, line_from_json
from dalgu.services.water.billing.replay import Replay
from dalgu.services.water.billing.words import BILL, BILLS, STATUSES


def bill_text(bill: WaterBill, language: Language) -> str:
    """Return a bill line by line, its sum last."""
    status = STATUSES[bill.status or "draft"].say(language)
    rows = [f"{bill.id}  {bill.period_from} – {bill.period_to}  {status}"]
    for kept in bill.lines or []:
        line = line_from_json(kept)
        rows.append(f"  {figure(line.won):>12}  {line.what.say(language)}: {line.formula}")
    use = figure(Decimal(str(bill.consumption or 0)))
    rows.append(f"  {figure(bill.amount or 0):>12}  {BILLS['amount'].say(language)}, {use} m³")
    return "\n".join(rows)


def run_text(run: Run, language: Language) -> str:
    """Return what became of a drafting run, and why accounts were held."""
    heads = {
        "ko": "{p}: 초안 {d}, 그대로 {u}, 고지됨 {s}, 보류 {h}",
        "en": "{p}: {d} drafted, {u} unchanged, {s} issued before, {h} held",
    }
    head = heads[language].format(
        p=run.period, d=run.drafted, u=run.unchanged, s=run.settled, h=run.held
    )
    return "\n".join([head, *(f"  {account}: {why}" for account, why in run.held_accounts)])


def replay_text(made: Replay, language: Language) -> str:
    """Return what a replay found: the verdict, then each place that differs."""
    won = "–" if made.recomputed_won is None else figure(made.recomputed_won)
    rows = [
        made.verdict.say(language),
        f"  {BILLS['amount'].say(language)} {figure(made.bill.amount or 0)}, "
        f"{BILL['recomputed'].say(language)} {won}",
        f"  {BILL['sheets'].say(language)} {len(made.days)}, "
        f"{BILL['frames'].say(language)} {len(made.frames)}, "
        f"{BILL['checked'].say(language)} {made.values}",
    ]
    rows += [
        f"  {one.where}: {one.what.say(language)} ({one.expected} / {one.found})"
        for one in made.findings
    ]
    return "\n".join(rows)
