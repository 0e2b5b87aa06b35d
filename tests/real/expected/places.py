"""Monuments, services, postcodes, and tables without a place."""

from tests.real.expected.form import Expected, Vertex, at

_STATION = Expected(
    rows=10,
    srid=4326,
    vertices=(Vertex("id = 1", (14.5438844, 50.6707394)), Vertex("id = 2", (14.6460092, 50.567455))),
    values={
        at("name", "id = 1"): "Požární stanice Česká Lípa",
        at("street", "id = 1"): "Karla Poláčka",
        at("postcode", "id = 1"): "47001",
        at("house_number", "id = 2"): "1033",
        "count(orientation_number)": 2,
        "count(DISTINCT municipality_code)": 10,
    },
)

_REGISTER = Expected(
    rows=15108,
    values={
        "count(municipality)": 6517,
        "count(changed_in)": 8591,
        "count(begun)": 13061,
        "count(assigned)": 12970,
        "count(issued)": 6486,
        "count(in_force)": 13025,
        at("name", "number = 87009828"): "Územní plán Vlašim",
        at("in_force", "number = 87009828"): "2010-10-13",
        at("municipality", "number = 973891954885"): "Břežany II",
        at("in_force", "number = 9398767201"): "2024-08-13",
        "count(*) FILTER (WHERE kind = 'Územní plán obce')": 1379,
    },
)

PLACES: dict[str, Expected] = {
    "memorials-brno": Expected(
        rows=1712,
        srid=4326,
        vertices=(Vertex("code = 8190", (16.5350576, 49.1931548)), Vertex("code = 7383", (16.6036797, 49.2009196))),
        values={
            at("name", "code = 8190"): "Oltář kaple Sv. Rodiny",
            at("place", "code = 8190"): "Interiér Kaple Svaté Rodiny",
            at("house_number", "code = 8190"): "31",
            "count(kind)": 1696,
            "count(*) FILTER (WHERE kind = 'Sakrální památky')": 255,
            "count(style)": 80,
            "count(*) FILTER (WHERE made ~ '^[0-9]{4}$')": 1152,
        },
    ),
    "statues-brno": Expected(
        rows=467,
        srid=4326,
        vertices=(Vertex("id = 1", (16.6046562, 49.1984819)), Vertex("id = 467", (16.6290631, 49.2135158))),
        values={
            at("name", "id = 467"): "Oběti válek z Husovic",
            "count(*) FILTER (WHERE NOT shown)": 8,
            "count(entered)": 463,
            "count(author)": 354,
            at("entered AT TIME ZONE 'UTC'", "id = 1"): "2025-03-13 20:49:29.077842",
        },
    ),
    "stolpersteine-dresden": Expected(
        rows=294,
        srid=25833,
        vertices=(
            Vertex("person = 'Goldschläger, Max'", (412047.7899999997, 5656393.7199984), (13.745143609, 51.052333657)),
            Vertex("page LIKE '%stein_id=337'", (410139.12367062387, 5656025.54863889), (13.718010367, 51.048728239)),
        ),
        values={
            at("changed AT TIME ZONE 'Europe/Berlin'", "person = 'Goldschläger, Max'"): "2019-07-15 08:09:05",
            "count(DISTINCT geom)": 135,
            "count(*)": 294,
            "count(postcode)": 277,
            at("street", "person = 'Goldschläger, Max'"): "Brühlscher Garten (Zugang zum Bärenzwinger)",
        },
    ),
    "waste-containers": Expected(
        rows=1593,
        srid=4326,
        vertices=(Vertex("id = 1", (14.476650367, 49.005866439)), Vertex("id = 2391", (14.453171186, 48.975916194))),
        values={
            at("place", "id = 2391"): "Na Zlaté stoce",
            at("volume", "id = 2391"): "12.5",
            "count(volume)": 1383,
            "count(*) FILTER (WHERE waste = 'sklo barevné')": 427,
            "count(DISTINCT geom)": 384,
        },
        dropped=frozenset({"lat", "lng"}),
    ),
    "bus-stops-2023": Expected(
        rows=5025,
        srid=4326,
        vertices=(Vertex("id = 'AZI1'", (16.108505, 50.618616)), Vertex("id = 'AZI5019'", (15.606027, 50.615145))),
        values={
            at("name", "id = 'AZI5019'"): "Vrchlabí,,Penzion pro seniory",
            "count(*) FILTER (WHERE region = 'území v Polsku')": 37,
        },
    ),
    "bus-stops-2022": Expected(
        rows=5025,
        srid=5514,
        vertices=(Vertex("id = 'AZI1'", (-616284.5233406541, -999426.9842042059), (16.108505, 50.618616)),),
        values={at("name", "id = 'AZI1'"): "Adršpach,Dolní Adršpach,zámek", "count(DISTINCT municipality_code)": 528},
    ),
    "postcodes": Expected(
        rows=363078,
        srid=27700,
        vertices=(
            Vertex("postcode = 'B1  1AY'", (406523, 286448), (-1.905391992, 52.475924098)),
            Vertex("postcode = 'TN9 9LY'", (559975, 145894), (0.287871724, 51.189884094)),
            Vertex("postcode = 'GU951AX'", (486282, 159303), (-0.763074608, 51.326292846)),
        ),
        values={
            "count(*) FILTER (WHERE quality = 10)": 362285,
            "count(*) FILTER (WHERE ST_X(geom) = 0 AND ST_Y(geom) = 0)": 4,
            at("ward", "postcode = 'TN9 9LY'"): "E05005122",
        },
        dropped=frozenset({"7"}),
    ),
    "municipality-codes": Expected(
        rows=6259,
        values={
            at("name", "code = 554979"): "Abertamy",
            at("name", "code = 500011"): "Želechovice nad Døevnicí",
            at("valid_from", "code = 554979"): "2024-04-13",
            "count(founded)": 2517,
        },
        # Of 1894 names that are damaged, those that hold characters no name can hold.
        findings={"TEXT-TWICE-ENCODED": 1644},
    ),
    "vaccination": Expected(
        rows=6267,
        values={
            "count(*) FILTER (WHERE code = 'CELKEM')": 13,
            at("municipality", "code = '599999'"): "Trojanovice",
            at("population", "code = '554782'"): "1111280",
            "max(vaccinated) FILTER (WHERE code = '554782')": 62.7632099920812,
            at("size", "code = '599964'"): "750 – 1 999 obyvatel",
            at("_id", "municipality = 'Praha'"): "CZ010 Hlavní město Praha.554782",
        },
    ),
    "planning-register-csv": _REGISTER,
    "planning-register-xlsx": _REGISTER,
    **{f"fire-stations-{form}": _STATION for form in ("csv", "geojson", "kml", "shapefile", "geodatabase")},
}
