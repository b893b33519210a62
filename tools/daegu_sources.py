"""Origin and terms of every file of the model city: one table for people and for pages."""

from typing import Any


def _source(  # noqa: PLR0913 - one row of a table
    file: str,
    title: tuple[str, str],
    owner: tuple[str, str],
    licence: str,
    confirmed: bool,
    date: str,
    line: tuple[str, str],
    origin: str,
    synthetic: str = "",
) -> dict[str, Any]:
    return {
        "file": file,
        "title": {"ko": title[0], "en": title[1]},
        "owner": {"ko": owner[0], "en": owner[1]},
        "licence": licence,
        "confirmed": confirmed,
        "reference_date": date,
        "attribution": {"ko": line[0], "en": line[1]},
        "origin": origin,
        "synthetic": synthetic,
    }


_KOSTAT = ("국가데이터처 통계지리정보서비스(SGIS)", "Statistics Korea, SGIS")
_CITY = ("대구광역시", "Daegu Metropolitan City")
_RISK = "Jelly7236/Daegu-Risk-Zones @1aaa641a on GitHub"

SOURCES = [
    _source(
        "districts.json", ("구·군 경계", "Districts and counties"), _KOSTAT,
        "KOGL type 1 (attribution)", True, "2021-06-30",
        ("행정구역 경계: 통계지리정보서비스(SGIS), 공공누리 제1유형",
         "Boundaries: Statistics Korea (SGIS), KOGL type 1"),
        f"{_RISK}; the outlines are the union of the dongs below, simplified to about 15 m",
    ),
    _source(
        "dongs.json", ("행정동 경계와 주민등록인구", "Dongs with registered residents"),
        ("국가데이터처(SGIS), 대구광역시", "Statistics Korea (SGIS), Daegu Metropolitan City"),
        "KOGL type 1 (attribution)", True, "2021-06-30 (boundaries), 2023 (residents)",
        ("행정동 경계: SGIS, 주민등록인구: 대구광역시 2023, 공공누리 제1유형",
         "Dongs: Statistics Korea (SGIS); residents: Daegu Metropolitan City 2023, KOGL type 1"),
        f"{_RISK}; simplified to about 15 m; English names by the Revised Romanization of Korean",
    ),
    _source(
        "car_parks.json", ("주차장 표준데이터", "Car parks, national standard data"), _CITY,
        "public data portal, to be confirmed at the source", False, "2023-11-30",
        ("주차장: 전국주차장정보표준데이터 2023-11-30, 공공데이터포털",
         "Car parks: national standard data of 2023-11-30, public data portal"),
        "dev-Jaewon/daeguParkingLot @7960c5f5 on GitHub; operators of private car parks and "
        "telephone numbers are left out; two numbers given twice got a suffix",
    ),
    _source(
        "stations.json", ("소방서와 119안전센터", "Fire stations and 119 safety centres"), _CITY,
        "public data portal, to be confirmed at the source", False, "undated",
        ("119안전센터: 대구소방안전본부, 공공데이터포털",
         "119 stations: Daegu Fire and Safety Headquarters, public data portal"),
        _RISK,
    ),
    _source(
        "cameras.json", ("공공 CCTV 위치", "Positions of public cameras"), _CITY,
        "public data portal, to be confirmed at the source", False, "undated",
        ("CCTV 위치: 공공데이터포털 (북구, 달서구, 서구)",
         "Camera positions: public data portal (Buk-gu, Dalseo-gu, Seo-gu only)"),
        "dahyun0917/DAEGU-safe-return-home-service on GitHub; position only",
    ),
    _source(
        "settlements.json", ("소방용수시설 분포", "Where hydrants stand"), _CITY,
        "public data portal, to be confirmed at the source", False, "2024-02-07",
        ("소방용수시설 분포: 대구소방안전본부 2024-02-07, 공공데이터포털",
         "Hydrants per cell: Daegu Fire and Safety Headquarters 2024-02-07, public data portal"),
        f"{_RISK}; number of hydrants per cell of about 200 m, Gachang-myeon only: it tells the "
        "simulation where houses stand",
    ),
    _source(
        "daegu.pmtiles", ("바탕 지도", "Base map"),
        ("국토교통부, 국가데이터처(SGIS)",
         "Ministry of Land, Infrastructure and Transport; Statistics Korea (SGIS)"),
        "boundaries KOGL type 1; building register: to be confirmed at the source", False,
        "2021-06-30 (boundaries), building register undated",
        ("바탕 지도: SGIS, 건축물대장(국토교통부). 건물 윤곽은 합성",
         "Base map: Statistics Korea (SGIS), building register (MOLIT). "
         "Building footprints are synthetic"),
        f"{_RISK}; places, heights, floors, use and year are real where the register has them; "
        "Jung-gu, Dong-gu, Seo-gu and Buk-gu are mostly missing in it",
        "footprint: every building outline is a rectangle made by us around the registered "
        "position, its size guessed from the use, its angle from its neighbours. Several "
        "buildings at one address are spread around it. Heights are floors x 3.3 m where the "
        "register has none or an impossible one (over 300 m). No roads are drawn: none are known.",
    ),
    _source(
        "city.json", ("도시 개요", "The city in one line"), _CITY,
        "facts", True, "2021-06-30", ("", ""), "derived from dongs.json",
    ),
]  # fmt: skip


def sources_page() -> str:
    """Return SOURCES.md: one section for each file."""
    parts = [
        "# Where the data of Daegu comes from\n",
        "Written by `tools/build_daegu.py` from the table in `tools/daegu_sources.py`; pages show "
        "the attribution lines. *To be confirmed* means: the terms are told by the public "
        "repository the file came by, and must be read at the source before a release.\n",
    ]
    parts.extend(_section(source) for source in SOURCES)
    return "\n".join(parts)


def _section(source: dict[str, Any]) -> str:
    lines = [
        f"## `{source['file']}`: {source['title']['en']} ({source['title']['ko']})\n",
        f"- Owner: {source['owner']['en']} ({source['owner']['ko']})",
        f"- Licence: {source['licence']}{'' if source['confirmed'] else ' **(to be confirmed)**'}",
        f"- Reference date: {source['reference_date']}",
        f"- Came by: {source['origin']}",
    ]
    if source["synthetic"]:
        lines.append(f"- Synthetic: {source['synthetic']}")
    if source["attribution"]["en"]:
        lines.append(f"- Attribution (ko): {source['attribution']['ko']}")
        lines.append(f"- Attribution (en): {source['attribution']['en']}")
    return "\n".join(lines) + "\n"
