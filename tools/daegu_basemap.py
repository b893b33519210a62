"""Draw the base map of Daegu: one PMTiles archive, zoom 6 to 14.

The last zoom keeps half a metre, and a map enlarges it beyond.

Layers: `district` and `dong` (polygons), `boundary` (lines with a `level`), `place` (label
points) and `building` (rectangles of ours around registered buildings; see SOURCES.md).
"""

import csv
import gzip
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile as mvt
import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write as open_archive
from shapely.geometry import shape

MIN_ZOOM, MAX_ZOOM = 6, 14
DONG_ZOOM, TALL_ZOOM, BUILDING_ZOOM = 8, 12, 14
EXTENT, BUFFER = 4096, 96
METRES_PER_DEGREE = math.pi / 180 * 6_371_008.8
HIGHEST_M = 300  # no building of Daegu is higher; the register has rows of 36,650 m
STOREY_M = 3.3
LAST_YEAR = 2026

# Use in the register -> (key on the map, width m, depth m); sizes are our guess.
USES = {
    "단독주택": ("house", 10, 9),
    "공동주택": ("apartment", 16, 11),
    "제1종근린생활시설": ("shop", 13, 11),
    "제2종근린생활시설": ("shop", 13, 11),
    "근린생활시설": ("shop", 13, 11),
    "판매시설": ("shop", 34, 26),
    "공장": ("factory", 30, 20),
    "창고시설": ("warehouse", 22, 15),
    "동물및식물관련시설": ("farm", 24, 12),
    "교육연구시설": ("school", 42, 14),
    "업무시설": ("office", 24, 20),
    "의료시설": ("hospital", 30, 18),
    "종교시설": ("worship", 18, 14),
    "숙박시설": ("hotel", 20, 14),
    "문화및집회시설": ("culture", 32, 24),
    "운동시설": ("culture", 30, 22),
    "노유자시설": ("care", 20, 12),
}
OTHER = ("other", 14, 11)
TOWER = ("apartment", 34, 14)  # a block of flats of six floors and more


@dataclass(frozen=True)
class Buildings:
    """The cleaned register: shape (n,) each; `side_m` is shape (n, 2)."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    side_m: NDArray[np.float64]
    height_m: NDArray[np.int64]
    floors: NDArray[np.int64]
    year: NDArray[np.int64]
    use: list[str]


def read_buildings(path: Path) -> Buildings:
    """Return the register's rows with impossible heights and years cleaned."""
    columns: dict[str, list[Any]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            floors = max(1, round(float(row["지상층수"] or 1)))
            use, width, depth = USES.get(row["주용도코드명"], OTHER)
            if use == "apartment" and floors >= 6:
                use, width, depth = TOWER
            columns["lon"].append(float(row["경도"]))
            columns["lat"].append(float(row["위도"]))
            columns["side"].append((width, depth))
            columns["height"].append(_height(float(row["높이(m)"] or 0), floors))
            columns["floors"].append(floors)
            columns["year"].append(_year(row["사용승인년도"]))
            columns["use"].append(use)
    return Buildings(
        np.array(columns["lon"]), np.array(columns["lat"]), np.array(columns["side"], float),
        np.array(columns["height"]), np.array(columns["floors"]), np.array(columns["year"]),
        columns["use"],
    )  # fmt: skip


def _height(metres: float, floors: int) -> int:
    plausible = 2.2 * floors <= metres <= min(HIGHEST_M, 8 * floors + 12)
    return round(metres if plausible else floors * STOREY_M)


def _year(text: str) -> int:
    year = int(float(text)) if text.strip() else 0
    return year if 1890 <= year <= LAST_YEAR else 0


def footprints(found: Buildings) -> NDArray[np.float64]:
    """Return a rectangle for each building, shape (n, 4, 2), in degrees.

    Buildings at one address stand in a grid around it; a rectangle turns with its
    neighbours, as they stand along the same streets, and shrinks rather than overlap.
    """
    scale = math.cos(math.radians(float(np.mean(found.lat)))) * METRES_PER_DEGREE
    xy = np.column_stack([found.lon * scale, found.lat * METRES_PER_DEGREE])
    angle = _street_angle(xy)
    xy = _spread(xy, found.side_m, angle)
    # Sixteen angles and whole metres: shapes repeat, and tiles compress to half.
    angle = np.round(angle / (np.pi / 32)) * (np.pi / 32)
    side = np.maximum(5, np.round(found.side_m * _room(xy, found.side_m)[:, None]))
    corner = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])[None] * side[:, None]
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    turned = np.stack(
        [corner[..., 0] * cos - corner[..., 1] * sin, corner[..., 0] * sin + corner[..., 1] * cos],
        axis=-1,
    )
    return (xy[:, None] + turned) / np.array([scale, METRES_PER_DEGREE])


def _street_angle(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the direction, modulo a right angle, in which near neighbours stand."""
    places, inverse = np.unique(xy, axis=0, return_inverse=True)
    tree = shapely.STRtree(shapely.points(places))
    left, right = tree.query(shapely.points(places), predicate="dwithin", distance=32.0)
    apart = places[right] - places[left]
    far = np.hypot(apart[:, 0], apart[:, 1])
    left, apart, far = left[far > 0], apart[far > 0], far[far > 0]
    fourfold = np.exp(4j * np.arctan2(apart[:, 1], apart[:, 0])) / far**2
    own = np.bincount(left, fourfold.real, len(places)) + 1j * np.bincount(
        left, fourfold.imag, len(places)
    )
    left, right = tree.query(shapely.points(places), predicate="dwithin", distance=80.0)
    shared = np.bincount(left, own.real[right], len(places)) + 1j * np.bincount(
        left, own.imag[right], len(places)
    )
    return np.angle(shared)[inverse] / 4


def _spread(
    xy: NDArray[np.float64], side: NDArray[np.float64], angle: NDArray[np.float64]
) -> NDArray[np.float64]:
    out = xy.copy()
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    change = np.any(np.diff(xy[order], axis=0) != 0, axis=1)
    for group in np.split(order, np.flatnonzero(change) + 1):
        if len(group) == 1:
            continue
        across = math.ceil(math.sqrt(len(group)))
        step = np.minimum(side[group].max(axis=0) * 1.7, 60)
        cell = np.array([divmod(i, across)[::-1] for i in range(len(group))], float)
        offset = (cell - cell.mean(axis=0)) * step
        cos, sin = math.cos(angle[group[0]]), math.sin(angle[group[0]])
        out[group] += np.column_stack(
            [offset[:, 0] * cos - offset[:, 1] * sin, offset[:, 0] * sin + offset[:, 1] * cos]
        )
    return out


def _room(xy: NDArray[np.float64], side: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by what factor each rectangle shrinks so that it leaves its neighbour room."""
    points = shapely.points(xy)
    (left, _), far = shapely.STRtree(points).query_nearest(
        points, exclusive=True, return_distance=True, all_matches=False
    )
    nearest = np.full(len(xy), 100.0)
    nearest[left] = far
    return np.clip(0.85 * nearest / side.max(axis=1), 0.5, 1.0)


class Tiles:
    """Collects features by tile and layer, in tile units, and writes the archive."""

    def __init__(self) -> None:
        self.layers: dict[tuple[int, int, int], dict[str, list[Any]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def add(self, layer: str, zoom: int, geometry: Any, properties: dict[str, Any]) -> None:
        """Clip one geometry in degrees into every tile of a zoom that it touches."""
        flat = shapely.transform(geometry, lambda lonlat: _tile_units(lonlat, zoom))
        west, north, east, south = flat.bounds
        edge = BUFFER / EXTENT
        for x in range(math.floor(west - edge), math.floor(east + edge) + 1):
            for y in range(math.floor(north - edge), math.floor(south + edge) + 1):
                box = (x - edge, y - edge, x + 1 + edge, y + 1 + edge)
                part = shapely.clip_by_rect(flat, *box)
                if part.is_empty:
                    continue
                local = shapely.transform(part, lambda at, x=x, y=y: (at - (x, y)) * EXTENT)
                self.layers[zoom, x, y][layer].append({"geometry": local, "properties": properties})

    def add_whole(self, zoom: int, ring: NDArray[np.float64], properties: dict[str, Any]) -> None:
        """Put a small building, unclipped, into the one tile that holds its first corner."""
        flat = _tile_units(ring, zoom)
        x, y = math.floor(flat[0, 0]), math.floor(flat[0, 1])
        local = np.round((flat - (x, y)) * EXTENT).astype(int)
        polygon = shapely.polygons(local)
        if polygon.area > 0:
            feature = {"geometry": polygon, "properties": properties}
            self.layers[zoom, x, y]["building"].append(feature)

    def write(self, path: Path, metadata: dict[str, Any], bounds: tuple[float, ...]) -> None:
        """Encode all tiles in the order of their ids."""
        order = ("dong", "district", "building", "boundary", "place")
        with open_archive(str(path)) as archive:
            for zxy in sorted(self.layers, key=lambda at: zxy_to_tileid(*at)):
                found = self.layers[zxy]
                body = mvt.encode(
                    [{"name": name, "features": found[name]} for name in order if name in found],
                    default_options={"y_coord_down": True, "extents": EXTENT},
                )
                # mtime 0: the same data gives the same bytes.
                archive.write_tile(zxy_to_tileid(*zxy), gzip.compress(body, 9, mtime=0))
            archive.finalize(_header(bounds), metadata)


def _tile_units(lonlat: NDArray[np.float64], zoom: int) -> NDArray[np.float64]:
    """Web Mercator in tiles of a zoom, y down."""
    latitude = np.radians(lonlat[:, 1])
    x = (lonlat[:, 0] + 180) / 360
    y = (1 - np.arcsinh(np.tan(latitude)) / np.pi) / 2
    return np.column_stack([x, y]) * 2**zoom


def _header(bounds: tuple[float, ...]) -> dict[str, Any]:
    west, south, east, north = (round(edge * 1e7) for edge in bounds)
    return {
        "tile_type": TileType.MVT, "tile_compression": Compression.GZIP,
        "min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM,
        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
        "center_zoom": 11, "center_lon_e7": 1_286_014_000, "center_lat_e7": 358_714_000,
    }  # fmt: skip


def _areas(tiles: Tiles, zoom: int, dongs: list[Any], districts: list[Any]) -> None:
    # A quarter of a pixel of the screen at this zoom, in degrees.
    tolerance = 0.0 if zoom >= 13 else 360 / 2**zoom / 512 / 2
    simple = shapely.coverage_simplify([shape(dong["geometry"]) for dong in dongs], tolerance)
    outline = {}
    for district in districts:
        code = district["code"]
        parts = [s for s, d in zip(simple, dongs, strict=True) if d["district"] == code]
        outline[code] = shapely.coverage_union_all(parts)
        tiles.add("district", zoom, outline[code], _named(district))
        tiles.add("place", zoom, shapely.Point(district["centre"]),
                  {"level": "district", **_named(district)})  # fmt: skip
    district_lines = shapely.union_all([area.boundary for area in outline.values()])
    tiles.add("boundary", zoom, shapely.line_merge(district_lines), {"level": "district"})
    if zoom < DONG_ZOOM:
        return
    dong_lines = shapely.union_all([area.boundary for area in simple]).difference(district_lines)
    tiles.add("boundary", zoom, shapely.line_merge(dong_lines), {"level": "dong"})
    for area, dong in zip(simple, dongs, strict=True):
        facts = {key: dong[key] for key in ("district", "residents", "households", "elderly")}
        density = round(dong["residents"] / dong["area_km2"])
        tiles.add("dong", zoom, area, {**_named(dong), **facts, "density": density})
        if zoom >= 10:
            tiles.add("place", zoom, shapely.Point(dong["centre"]),
                      {"level": "dong", **_named(dong)})  # fmt: skip


def _named(place: dict[str, Any]) -> dict[str, Any]:
    return {"code": place["code"], "name_ko": place["name"]["ko"], "name_en": place["name"]["en"]}


def _buildings(tiles: Tiles, found: Buildings) -> None:
    rings = footprints(found)
    for i, ring in enumerate(rings):
        height, floors = int(found.height_m[i]), int(found.floors[i])
        facts: dict[str, Any] = {"height_m": height, "use": found.use[i], "floors": floors}
        tall = floors >= 6 or found.side_m[i, 0] >= 30
        for zoom in range(TALL_ZOOM if tall else BUILDING_ZOOM, BUILDING_ZOOM):
            tiles.add_whole(zoom, ring, {"height_m": height, "use": found.use[i]})
        if found.year[i]:
            facts["year"] = int(found.year[i])
        tiles.add_whole(BUILDING_ZOOM, ring, facts)


def write_basemap(path: Path, register: Path, dongs: list[Any], districts: list[Any]) -> None:
    """Draw all layers and write the archive."""
    tiles = Tiles()
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        _areas(tiles, zoom, dongs, districts)
    _buildings(tiles, read_buildings(register))
    bounds = shapely.total_bounds([shape(dong["geometry"]) for dong in dongs])
    tiles.write(path, METADATA, tuple(float(edge) for edge in bounds))


def _layer(name: str, low: int, **fields: str) -> dict[str, Any]:
    return {"id": name, "minzoom": low, "maxzoom": MAX_ZOOM, "fields": fields}


_NAMES = {"code": "String", "name_ko": "String", "name_en": "String"}
_PEOPLE = dict.fromkeys(("residents", "households", "elderly", "density"), "Number")
METADATA: dict[str, Any] = {
    "name": "Daegu",
    "format": "pbf",
    "type": "baselayer",
    "attribution": "SGIS (KOGL 1), 건축물대장 (MOLIT); building footprints are synthetic",
    "vector_layers": [
        _layer("district", MIN_ZOOM, **_NAMES),
        _layer("dong", DONG_ZOOM, **_NAMES, district="String", **_PEOPLE),
        _layer("boundary", MIN_ZOOM, level="String"),
        _layer("place", MIN_ZOOM, level="String", **_NAMES),
        {
            **_layer("building", TALL_ZOOM, height_m="Number", use="String", floors="Number",
                     year="Number"),
            "footprint": "synthetic",
        },
    ],
}  # fmt: skip
