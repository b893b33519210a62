"""The growth of costs as a picture: both axes logarithmic, one line an operation."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from growth import Size

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 260, 20, 40
LEAST_US, MOST_US = 10, 10_000
COLOURS = ("#0b6e99", "#d9730d", "#448361", "#9065b0", "#c14c8a", "#787774")


def drawn(sizes: "list[Size]") -> str:
    """Return an SVG of CPU µs over the number of entities."""
    first, last = math.log10(sizes[0].entities), math.log10(sizes[-1].entities)
    inner_w, inner_h = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(entities: float) -> float:
        return LEFT + inner_w * (math.log10(entities) - first) / max(1e-9, last - first)

    def y(cost_us: float) -> float:
        span = math.log10(MOST_US / LEAST_US)
        return TOP + inner_h * (1 - math.log10(max(cost_us, LEAST_US) / LEAST_US) / span)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>CPU of one operation over the number of entities</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for power in range(int(math.log10(LEAST_US)), int(math.log10(MOST_US)) + 1):
        at = y(10**power)
        parts.append(f'<path d="M{LEFT} {at:.1f}h{inner_w}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10**power:,}</text>'
        )
    for size in sizes:
        at = x(size.entities)
        text = f"{size.entities:,}"
        parts.append(
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{text}</text>'
        )
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">entities; CPU µs of one operation</text>')
    for at, one in enumerate(sizes[0].figures):
        colour = COLOURS[at % len(COLOURS)]
        costs = [(x(size.entities), y(size.figures[at].cpu_us)) for size in sizes]
        points = " ".join(f"{left:.1f},{top:.1f}" for left, top in costs)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        row = TOP + 20 + 20 * at
        parts.append(
            f'<path d="M{WIDTH - RIGHT + 10} {row - 4}h18" stroke="{colour}" stroke-width="2"/>'
        )
        name = one.name.removeprefix("HTTP ")
        parts.append(f'<text x="{WIDTH - RIGHT + 34}" y="{row}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
