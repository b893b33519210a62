"""Digest the published data of Daegu into the compact files of `src/dalgu/cities/daegu`.

    DALGU_TEST_DATA=... python tools/build_daegu.py

Needs the raw files in `$DALGU_TEST_DATA/daegu` (see the README there for their origins) and,
for the base map, the packages `mapbox-vector-tile` and `pmtiles`. The result is committed;
running it twice gives the same bytes.
"""

import csv
import gzip
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import shapely
from daegu_basemap import write_basemap
from daegu_sources import SOURCES, sources_page
from shapely.geometry import mapping, shape

from dalgu.cities.romanisation import romanise, romanise_place
from dalgu.kernel.geo import to_metric

OUT = Path(__file__).parent.parent / "src/dalgu/cities/daegu"
CENTRE = (128.6014, 35.8714)  # city hall at Dongin-dong, to four digits
CELL = (0.0022, 0.0018)  # degrees: about 200 m at this latitude

# The register numbers car parks by district: the first three digits.
DISTRICT_OF_NUMBER = {
    "150": "22010", "151": "22020", "152": "22030", "153": "22040", "154": "22050",
    "155": "22060", "156": "22070",
}  # fmt: skip
WORDS = (  # the words that recur in names of car parks, longest first
    ("공영주차장", " Public Car Park"),
    ("유료주차장", " Paid Car Park"),
    ("노상주차장", " Street Parking"),
    ("임시", " Temporary"),
    ("주차장", " Car Park"),
    ("공영", " Public"),
    ("인근", " area"),
    ("부근", " area"),
    ("노상", " On-street"),
    ("노외", " Off-street"),
    ("아파트", " Apartments"),
    ("시장", " Market"),
    ("공원", " Park"),
    ("유원지", " Pleasure Ground"),
)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as the city publishes it."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def features(path: Path) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file."""
    return list(json.loads(path.read_text(encoding="utf-8"))["features"])


def rounded(geometry: shapely.Geometry) -> dict[str, Any]:
    """Return GeoJSON with five digits, about one metre."""
    return dict(json.loads(json.dumps(mapping(shapely.set_precision(geometry, 1e-5)))))


def point(position: shapely.Point) -> list[float]:
    """Return a position with five digits."""
    return [round(position.x, 5), round(position.y, 5)]


def dongs(raw: Path) -> list[dict[str, Any]]:
    """Join boundaries and residents of the 149 dongs."""
    names = {
        f["properties"]["SIGUNGU_CD"]: f["properties"]["SIGUNGU_NM"]
        for f in features(raw / "gu.geojson")
    }
    # The two publishers write one name differently: 불로·봉무동 and 불로봉무동.
    people = {
        (row["군·구"], row["동·읍·면"].replace("·", "")): row
        for row in rows(raw / "population_dong_2023.csv")
    }
    found = []
    for feature in features(raw / "dong.geojson"):
        code, name = feature["properties"]["ADM_DR_CD"], feature["properties"]["ADM_DR_NM"]
        row = people.pop((names[code[:5]], name.replace("·", "")))
        geometry = shape(feature["geometry"])
        found.append(
            {
                "code": code,
                "district": code[:5],
                "name": {"ko": name, "en": romanise_place(name)},
                "residents": round(float(row["등록인구 (명)"])),
                "households": round(float(row["세대수 (세대)"])),
                "elderly": round(float(row["65세이상고령자 (명)"])),
                "area_km2": float(row["면적 (㎢)"]),
                "centre": point(geometry.representative_point()),
                "geometry": rounded(geometry),
            }
        )
    if people:
        sys.exit(f"Rows of residents without a boundary: {sorted(people)}")
    return sorted(found, key=lambda dong: dong["code"])


def districts(raw: Path, dong_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the districts with the outline of their dongs, so that all edges meet."""
    found = []
    for feature in features(raw / "gu.geojson"):
        code, name = feature["properties"]["SIGUNGU_CD"], feature["properties"]["SIGUNGU_NM"]
        parts = [shape(d["geometry"]) for d in dong_list if d["district"] == code]
        outline = shapely.coverage_union_all(parts)
        found.append(
            {
                "code": code,
                "name": {"ko": name, "en": romanise_place(name)},
                "centre": point(outline.representative_point()),
                "geometry": rounded(outline),
            }
        )
    return sorted(found, key=lambda district: district["code"])


def english_name(name: str) -> str:
    """Return a readable English name of a car park."""
    text = re.sub(r"\s*\((공영|노외|노상)\)", "", name)
    for word, english in WORDS:
        text = text.replace(word, english + " ")
    return re.sub(r"\s+", " ", romanise(text)).strip()


def price(row: dict[str, str]) -> dict[str, str]:
    """Return the register's tariff as one sentence in both languages."""
    if row["PRICE_INFORMATION"] == "무료":
        return {"ko": "무료", "en": "Free"}
    ko, en = [], []
    for minutes, won, first in (
        (row["BASIC_TIME"], row["NOMAL_PRICE"], True),
        (row["PER_TIME"], row["PER_PRICE"], False),
    ):
        if minutes.strip() in {"", "0"} or won.strip() in {"", "0"}:
            continue
        ko.append(f"{'최초' if first else '추가'} {minutes}분 {int(won):,}원")
        en.append(f"{'first' if first else 'each further'} {minutes} min ₩{int(won):,}")
    if row["DAY_PRICE"].strip() not in {"", "0"}:
        ko.append(f"1일 {int(row['DAY_PRICE']):,}원")
        en.append(f"day ₩{int(row['DAY_PRICE']):,}")
    return {"ko": ", ".join(ko) or "유료", "en": ", ".join(en).capitalize() or "Paid"}


def position(row: dict[str, str], bbox: tuple[float, ...]) -> list[float] | None:
    """Return where a car park is, when the register says so and it lies in the city."""
    if not row["LAT"] or not row["LOT"]:
        return None
    lon, lat = round(float(row["LOT"]), 5), round(float(row["LAT"]), 5)
    inside = bbox[0] <= lon <= bbox[2] and bbox[1] <= lat <= bbox[3]
    return [lon, lat] if inside else None


def home_of(place: shapely.Point, dong_list: list[dict[str, Any]]) -> str:
    """Return the code of the dong that holds a position, or is nearest to it."""
    nearest = min(dong_list, key=lambda dong: shape(dong["geometry"]).distance(place))
    return str(nearest["code"])


def car_parks(
    raw: Path, bbox: tuple[float, ...], dong_list: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the car parks; a number that the register gives twice gets a suffix."""
    seen: Counter[str] = Counter()
    found = []
    for row in rows(raw / "car_parks_2023.csv"):
        number = row["MANAGE_NUM"].strip()
        seen[number] += 1
        place = position(row, bbox)
        found.append(
            {
                "id": number if seen[number] == 1 else f"{number}-{seen[number]}",
                "name": {"ko": row["NAME"].strip(), "en": english_name(row["NAME"].strip())},
                "kind": "off-street" if row["TYPE"] == "노외" else "on-street",
                "spaces": round(float(row["AREA_NUM"])),
                "district": DISTRICT_OF_NUMBER[number[:3]],
                "public": row["DIVISION"] == "공영",
                "price": price(row),
                "managed_by": operator(row),
                "position": place,
                "dong": None if place is None else home_of(shapely.Point(place), dong_list),
            }
        )
    return found


def operator(row: dict[str, str]) -> dict[str, str]:
    """Return who runs a car park; a private operator can be a person and is not kept."""
    if row["DIVISION"] != "공영":
        return {"ko": "민간", "en": "Private"}
    name = row["MANAGEMENT_AGENCY"].strip().removeprefix("대구광역시").strip()
    if "시설공단" in name or "공공시설관리공단" in name:
        return {"ko": "대구공공시설관리공단", "en": "Daegu Public Facilities Corporation"}
    if name == "청":
        return {"ko": "대구광역시청", "en": "Daegu Metropolitan City"}
    office = re.match(r"(\S+[구군])청", name)
    if office is None:
        sys.exit(f"The operator '{name}' of car park {row['MANAGE_NUM']} has no English name yet.")
    return {"ko": f"{office[1]}청", "en": f"{romanise_place(office[1])} Office"}


def settlements(raw: Path, dong: dict[str, Any]) -> dict[str, list[list[float]]]:
    """Return where people live in a rural dong: cells of 200 m that hold hydrants.

    The building register has no row there; hydrants stand where houses are.
    """
    outline = shape(dong["geometry"])
    cells: Counter[tuple[float, float]] = Counter()
    with gzip.open(raw / "hydrants_2024.csv.gz", "rt", encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if not row["위도"] or not row["경도"]:
                continue
            lon, lat = float(row["경도"]), float(row["위도"])
            if outline.contains(shapely.Point(lon, lat)):
                cell = (round(lon / CELL[0]) * CELL[0], round(lat / CELL[1]) * CELL[1])
                cells[round(cell[0], 4), round(cell[1], 4)] += 1
    return {dong["code"]: [[lon, lat, count] for (lon, lat), count in sorted(cells.items())]}


def stations(raw: Path, dong_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the 119 stations; the published file calls latitude X and longitude Y."""
    found = []
    for row in rows(raw / "stations_119.csv"):
        place = shapely.Point(float(row["Y좌표"]), float(row["X좌표"]))
        name = " ".join(re.split(r"[_\s-]+", row["소방서 및 안전센터명"].strip()))
        house, *centre = name.replace("대구 ", "").split(" ", 1)
        ko = f"{centre[0]} ({house})" if centre else house
        found.append(
            {
                "name": {"ko": ko, "en": station_english(house, centre)},
                "district": home_of(place, dong_list)[:5],
                "address": row["주소"].strip(),
                "position": point(place),
            }
        )
    return found


def station_english(house: str, centre: list[str]) -> str:
    """Return the English name of a station, its fire station in brackets."""
    station = f"{romanise(house.removesuffix('소방서'))} Fire Station"
    if not centre:
        return station
    local = re.sub(r"\s*119\s*안전센터", "", centre[0])
    return f"{romanise(local)} 119 Safety Center ({station})".strip()


def write(name: str, value: object) -> None:
    """Write one file of the package, compact JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (OUT / name).write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Build all files and print what they hold."""
    if "DALGU_TEST_DATA" not in os.environ:
        sys.exit("DALGU_TEST_DATA is required: the folder that holds daegu/ with the raw files.")
    raw = Path(os.environ["DALGU_TEST_DATA"]) / "daegu"
    OUT.mkdir(exist_ok=True)
    dong_list = dongs(raw)
    outline = shapely.coverage_union_all([shape(dong["geometry"]) for dong in dong_list])
    bbox = tuple(round(edge, 5) for edge in outline.bounds)
    district_list = districts(raw, dong_list)
    cameras = [
        [round(p["longitude"], 5), round(p["latitude"], 5)]
        for p in json.loads((raw / "cctv_points.json").read_text(encoding="utf-8"))
    ]
    name = {"ko": "대구", "en": "Daegu"}
    summary = {"name": name, "kind": "metropolitan", "centre": CENTRE, "bbox": bbox}
    write("city.json", summary)
    write("districts.json", district_list)
    write("dongs.json", dong_list)
    write("car_parks.json", car_parks(raw, bbox, dong_list))
    gachang = next(dong for dong in dong_list if dong["code"] == "2231031")
    write("settlements.json", settlements(raw, gachang))
    write("stations.json", stations(raw, dong_list))
    write("cameras.json", cameras)
    write("sources.json", SOURCES)
    (OUT / "SOURCES.md").write_text(sources_page(), encoding="utf-8")
    write_basemap(OUT / "daegu.pmtiles", raw / "buildings.csv.gz", dong_list, district_list)
    report(dong_list)


def report(dong_list: list[dict[str, Any]]) -> None:
    """Print the sizes, and the dongs whose drawn area is far from the published one."""
    for path in sorted(OUT.iterdir()):
        print(f"{path.stat().st_size:>9,}  {path.name}")
    for dong in dong_list:
        drawn = to_metric(shape(dong["geometry"])).area / 1e6
        if abs(drawn / dong["area_km2"] - 1) > 0.15:
            name = dong["name"]["ko"]
            print(f"{name}: drawn {drawn:.2f} km², published {dong['area_km2']} km²")


if __name__ == "__main__":
    main()
