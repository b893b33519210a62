"""What places and ways are called on signs: crossings, roads, and what a detour leads over."""

from collections import Counter
from collections.abc import Sequence

from dalgu.kernel.text import Text
from dalgu.services.traffic.network.model import Network

NOBODY = Text("", "")
BETWEEN = ("→", " to ")  # names of links that have none of their own tell their two ends


class Names:
    """Names of a network's nodes and links."""

    def __init__(self, network: Network) -> None:
        self._nodes = {node.id: node.name for node in network.nodes}
        self._links = {link.id: link for link in network.links}

    def link(self, link: str) -> Text:
        """Return the name of a link, its identifier where it has none."""
        name = self._links[link].name
        return name if name.ko else Text(link, link)

    def place(self, links: Sequence[str]) -> Text:
        """Return where a closure is: the road, or the crossing that drivers meet it at."""
        first = self._links[links[0]]
        if self._is_road(first.name):
            return first.name
        return self._named(first.start) or self._named(first.end) or self.link(first.id)

    def via(self, detour: Sequence[str], usual: Sequence[str]) -> Text:
        """Return what a detour leads over: its longest road that is not the usual one, or else
        the crossing in its middle.
        """  # noqa: D205 - one sentence
        own = [self._links[one] for one in detour if one not in set(usual)]
        roads: Counter[Text] = Counter()
        for link in own:
            if self._is_road(link.name):
                roads[link.name] += round(link.length_m)
        if roads:
            return roads.most_common(1)[0][0]
        named = [self._named(link.end) for link in own[:-1] or own]
        known = [name for name in named if name is not None]
        return known[len(known) // 2] if known else NOBODY

    def _named(self, node: str) -> Text | None:
        name = self._nodes.get(node, NOBODY)
        return name if name.ko else None

    @staticmethod
    def _is_road(name: Text) -> bool:
        return bool(name.ko) and BETWEEN[0] not in name.ko and BETWEEN[1] not in name.en
