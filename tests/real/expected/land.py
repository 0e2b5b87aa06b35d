"""Boundaries, cadastre and risks: areas, lines and points that belong to land."""

from tests.real.expected.form import Expected, Vertex, at

LAND: dict[str, Expected] = {
    "municipalities": Expected(
        rows=215,
        srid=4326,
        vertices=(
            Vertex("code = 577081", (15.499724, 50.788946)),
            Vertex("code = 561495", (14.64134, 50.625102)),
            Vertex("code = 577723", (15.291731, 50.559331)),
        ),
        values={
            at("name || ', ' || district", "code = 577081"): "Harrachov, Semily",
            at("name", "code = 577723"): "Žernov",
            "count(*) FILTER (WHERE ST_NumGeometries(geom) > 1)": 1,
            "count(DISTINCT name)": 214,
            "count(DISTINCT orp)": 10,
        },
    ),
    "orp-districts": Expected(
        rows=10,
        srid=4326,
        vertices=(Vertex("code = 701", (14.618916, 50.857759)), Vertex("code = 1155", (15.183519, 50.674724))),
        values={at("name", "code = 701"): "Nový Bor", at("inhabitants", "code = 710"): "75119"},
        dropped=frozenset({"okres", "vusc"}),
    ),
    "regions": Expected(
        rows=14,
        srid=4326,
        vertices=(Vertex("code = 141", (17.917, 49.538)),),
        values={
            at("name", "code = 141"): "Zlínský kraj",
            at("inhabitants", "nuts3 = 'CZ010'"): "1301489",
            "sum(ST_Area(geom))": 9.8384967,
        },
        findings={"GEOMETRY-REPAIRED": 12},
    ),
    "districts": Expected(
        rows=77,
        srid=4326,
        vertices=(Vertex("code = 'CZ0100'", (14.527, 50.177)),),
        values={at("name", "code = 'CZ0201'"): "Benešov", "sum(ST_Area(geom))": 9.8384967},
        findings={"GEOMETRY-REPAIRED": 64},
    ),
    "municipality-points": Expected(
        rows=6258,
        srid=5514,
        vertices=(
            Vertex("code = 569089", (-657902.9426256343, -1089346.00405699), (15.676812038, 49.772026933)),
            Vertex("code = 590487", (-658233.9332973931, -1143900.0056733612), (15.762095316, 49.284617930)),
        ),
        values={
            at("name", "code = 590487"): "Číchov",
            at("left(flag, 24)", "code = 569089"): "List tvoří dva žluté žer",
            # Midnight in Prague.
            at("valid_from AT TIME ZONE 'Europe/Prague'", "code = 569089"): "2019-01-16 00:00:00",
            # 293 descriptions of flags and 86 of arms are cut inside a character, and none elsewhere.
            "count(*) FILTER (WHERE flag LIKE '%\ufffd%')": 293,
            "count(*) FILTER (WHERE arms LIKE '%\ufffd%')": 86,
            "count(*) FILTER (WHERE flag LIKE '%\ufffd%' OR arms LIKE '%\ufffd%')": 374,
        },
        findings={"TEXT-DAMAGED": 379},
    ),
    "opava-municipalities": Expected(
        rows=100,
        srid=5514,
        vertices=(
            Vertex("code = '505927'", (-496807.75, -1088091.8391), (17.902880237, 49.935470486)),
            Vertex("code = '597988'", (-518425.4794, -1074693.4196), (17.585463056, 50.037425203)),
        ),
        values={at("name", "code = '597988'"): "Zátor", at("inhabitants", "code = '505927'"): "57676"},
    ),
    "opava-streams": Expected(
        rows=130,
        srid=5514,
        vertices=(
            Vertex("id = 1", (-535528.7726184241, -1092015.3451273367), (17.371425348, 49.867649343)),
            Vertex("id = 130", (-493803.97638604045, -1089261.6695574373), (17.946013872, 49.927431525)),
        ),
        values={
            at("name", "id = 1"): "Polička",
            "sum(length) FILTER (WHERE id IN (1, 130))": 8.04634035078,
            # What the file says of its lengths is what its lines are long.
            "sum(ST_Length(geom)) / sum(length)": 1000.0,
        },
        dropped=frozenset({"NAZEV_ASCI"}),
    ),
    "flood-areas": Expected(
        rows=99,
        srid=5514,
        vertices=(
            Vertex(
                "flood = '100' AND stream = 'Kamenice'",
                (-728840.6239919735, -963790.784010928),
                (14.464386870, 50.810153836),
            ),
            Vertex(
                "flood = 'akt' AND document = 'OOP_Sporka_rk0-6.pdf'",
                (-727351.2399999909, -975314.3083999977),
                (14.507417584, 50.709332247),
            ),
        ),
        values={
            "string_agg(DISTINCT flood, ' ' ORDER BY flood)": "100 20 5 akt",
            "count(*) FILTER (WHERE flood = 'akt')": 26,
            "count(*) FILTER (WHERE flood = '20')": 24,
            "count(*) FILTER (WHERE declared)": 96,
            "count(*) FILTER (WHERE declared IS NULL)": 3,
            at("stream", "document = 'OOP_Sporka_rk0-6.pdf' AND flood = '100'"): "Šporky",
            at(
                "author", "document LIKE '%Kamenice2%'"
            ): "Hydrosoft Veleslavín s. r.o., U Sadu 13, 162 00  Praha 6, Ing. Ivan Blažek",
            "count(*) FILTER (WHERE determined = '22.3.2004, akt. 30.7.2007')": 7,
            "max(ST_NPoints(geom)) FILTER (WHERE flood = 'akt')": 54197,
        },
        findings={"GEOMETRY-REPAIRED": 4},
        dropped=frozenset({"ID", "TOK_VYHLAS", "MAPSERV"}),
    ),
    "hazardous-sites": Expected(
        rows=7,
        srid=5514,
        vertices=(
            Vertex("number = 0", (-678448.7768120728, -958621.424314566), (15.164306715, 50.915582648)),
            Vertex("number = 7", (-686774.1929670721, -985209.88286452), (15.095039380, 50.669022347)),
        ),
        values={
            at("plant", "number = 0"): "STV GROUP a.s., provoz Hajniště",
            at("what", "number = 7"): "galvanické povlakování kovů, nebezpečný je chróm, oxid chromový a fluorovodík",
            "string_agg(\"group\", '' ORDER BY number)": "BABBBBA",
        },
        dropped=frozenset({"Id", "BEZP_D_AKT"}),
    ),
    "emergency-zones": Expected(
        rows=25,
        srid=5514,
        vertices=(
            Vertex(
                "zone = 'VNEJSI' AND year = 2006",
                (-677288.4145445406, -958254.7422484532),
                (15.180015234, 50.920169457),
            ),
            Vertex(
                "zone = 'VNEJSI' AND year = 2008",
                (-704179.8733310774, -980492.1163037568),
                (14.842227009, 50.690887617),
            ),
        ),
        values={
            "count(*) FILTER (WHERE zone = 'VNITRNI')": 23,
            "count(*) FILTER (WHERE what = 'sklad výbušnin')": 18,
            "count(DISTINCT _id)": 25,
        },
        dropped=frozenset(),
    ),
    "parcels": Expected(
        rows=3172,
        srid=5514,
        vertices=(
            Vertex("id = 1063405506", (-773473.50, -999821.31), (13.910784088, 50.433472476)),
            Vertex("id = 29281381010", (-773102.00, -997546.16), (13.911377621, 50.454194830)),
        ),
        values={
            "sum(area)": 1236.6539,
            "sum(ST_Area(geom))": 12372589.90979999,
            "count(*) FILTER (WHERE land = '2')": 1392,
            "count(*) FILTER (WHERE cadastral_unit = 752321)": 1826,
            at("number || '/' || subdivision", "id = 29281381010"): "143/38",
            at("valid_from", "id = 1063405506"): "1999-12-03",
        },
    ),
    "buildings": Expected(
        rows=310,
        srid=5514,
        vertices=(Vertex("code = 49391470", (-773049.27, -997631.32), (13.912284085, 50.453504905)),),
        values={"count(geom)": 298, "count(house_numbers)": 221, at("house_numbers", "code = 16534174"): "10"},
    ),
    "addresses": Expected(
        rows=221,
        srid=5514,
        vertices=(
            Vertex("code = 28355873", (-773670.17, -999510.97), (13.907419053, 50.435980857)),
            Vertex("code = 42174112", (-772159.49, -998816.05), (13.927068631, 50.444106735)),
        ),
        values={"count(geom)": 212, at("postcode", "code = 42174112"): "41115"},
    ),
}
