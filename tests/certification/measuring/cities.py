"""A small city for tests: entities from plain values or JSON, a hub, an assessment."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from dalgu.certification.certification import Certification
from dalgu.certification.framework.loading import load
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.certification.framework.shelf import Shelf
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.sealing import Sealing
from dalgu.kernel.clock import ManualClock, iso
from dalgu.kernel.text import Text
from dalgu.store.sqlite import Durability, Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)  # noon in Daegu
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class OneFramework(Shelf):
    """A shelf with frameworks that tests make."""

    def __init__(self, *frameworks):
        super().__init__()
        object.__setattr__(self, "made", {one.name: one for one in frameworks})

    def names(self):
        return tuple(self.made)

    def framework(self, name):
        return self.made[name]


class TestCity:
    """A hub in a folder with what the certification needs, driven from plain tests."""

    __test__ = False

    def __init__(self, folder: Path, shelf: Shelf | None = None, *, city_kind: str = ""):
        self.runner = asyncio.Runner()
        self.clock = ManualClock(NOW)
        self.folder = folder
        self.hub = LocalHub(Store.open(folder / "city.db", durability=Durability.OFF), self.clock)
        self.certification = Certification(self.hub, self.clock, shelf, city_kind=city_kind)

    def run(self, work):
        return self.runner.run(work)

    def put(self, *entities):
        """Store entities given as `entity` gives them, or as NGSI-LD documents."""
        self.run(self.hub.upsert(list(entities)))

    def load(self, file: Path):
        """Store the entities of a JSON file: a list of {"id", "type", attribute: value, ...}."""
        self.put(*(from_plain(one) for one in json.loads(file.read_text("utf-8"))))

    def observe(self, subject, attribute, *instants, value=1):
        """Let an entity be observed at some instants, each by a message of its own."""
        deliveries = [
            Delivery(
                Message(at, "http", "test", "d", b""),
                [{"id": subject, "type": subject.split(":")[2],
                  attribute: {"type": "Property", "value": value, "observedAt": iso(at)}}],
            )
            for at in instants
        ]  # fmt: skip
        self.run(self.hub.ingest(deliveries))

    def seal(self, before: datetime):
        self.run(Sealing(self.hub.store).run(before))

    def assess(self, *names, **options):
        return self.run(self.certification.assess(*names, **options))

    def close(self):
        self.run(self.hub.close())
        self.runner.close()


def urn(kind, name):
    return f"urn:ngsi-ld:{kind}:{name}"


def entity(kind, name, **attributes):
    """Return an NGSI-LD document; ids become links, all else properties, None is left out."""
    return from_plain({"id": urn(kind, name), "type": kind, **attributes})


def from_plain(told):
    """Return the document of {"id", "type", attribute: value}; an id becomes a relationship."""
    document = {"id": told["id"], "type": told["type"]}
    for name, value in told.items():
        if name not in ("id", "type") and value is not None:
            document[name] = instance(value)
    return document


def instance(value):
    is_link = isinstance(value, str) and value.startswith("urn:ngsi-ld:")
    return (
        {"type": "Relationship", "object": value}
        if is_link
        else {"type": "Property", "value": value}
    )


def variable(**told):
    """Return a variable from the fields of a framework's file."""
    told = {"name": {"ko": "수", "en": "Number"}, "unit": "dimensionless", **told}
    return msgspec.convert(told, Variable)


def indicator(formula="x", *, code="T-1", **told):
    """Return a quantitative indicator; `variables` as `variable` takes them."""
    variables = {name: variable(**one) for name, one in told.pop("variables", {}).items()}
    words = Text("지표", "Indicator")
    return Indicator(
        code=code, name=words, description=words, kind="quantitative", nature="output",
        unit=Text("개", "items"), official_status="reconstructed", provenance="of a test",
        formula=formula, variables=variables, item="G1",
        **{"points": 10, "goalposts": load("kr-scc-2021").indicators[0].goalposts, **told},
    )  # fmt: skip


def framework(*indicators, name="test"):
    """Return a framework of these indicators in the frame of the Korean one."""
    return msgspec.structs.replace(load("kr-scc-2021"), name=name, indicators=list(indicators))


def city_of(folder, *indicators):
    """Return a city that is measured by these indicators."""
    made: Framework = framework(*indicators)
    return TestCity(folder, OneFramework(made))
