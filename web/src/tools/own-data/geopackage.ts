/** Own GeoPackages: every table of features becomes a layer, in the coordinate system that the file names for it. */
import { crsOf, LON_LAT, type Crs } from "./crs";
import { FileTrouble, Gathering, type OwnLayer } from "./reading";
import { SqliteFile, type Row } from "./sqlite";
import { geometryOf } from "./wkb";

const MOST_TABLES = 30;

/** Raises FileTrouble for a file without tables of features, and for coordinate systems that are not known. */
export function readGeoPackage(bytes: Uint8Array, name: string): OwnLayer[] {
  const file = new SqliteFile(bytes);
  const tables = [...file.rows("gpkg_geometry_columns")].filter(({ table_name }) => file.has(String(table_name)));
  if (tables.length === 0) throw new FileTrouble("own_no_map");
  if (tables.length > MOST_TABLES) throw new FileTrouble("own_tables", { n: tables.length, most: MOST_TABLES });
  const titles = new Map([...file.rows("gpkg_contents")].map((row) => [row.table_name, row.identifier]));
  return tables.map((table) => {
    const title = titles.get(table.table_name ?? null) ?? table.table_name;
    return layerOf(file, table, tables.length === 1 ? name : `${name}: ${String(title)}`);
  });
}

function layerOf(file: SqliteFile, { table_name, column_name, srs_id }: Row, name: string): OwnLayer {
  const crs = systemOf(file, Number(srs_id));
  const gathering = new Gathering(crs.move);
  const column = String(column_name);
  for (const row of file.rows(String(table_name))) {
    const blob = row[column];
    gathering.add(blob instanceof Uint8Array ? geometryOf(blob) : null, propertiesOf(row));
  }
  return { name, features: gathering.features, crs: crs.name, left: gathering.left };
}

/** -1 and 0 mean that nobody knows; 0 at least that it is in degrees. */
function systemOf(file: SqliteFile, id: number): Crs {
  if (id === 0) return LON_LAT;
  for (const row of file.rows("gpkg_spatial_ref_sys")) {
    if (row.srs_id !== id) continue;
    if (String(row.organization).toUpperCase() === "EPSG") return crsOf(Number(row.organization_coordsys_id));
    throw new FileTrouble("own_crs", { crs: String(row.srs_name).slice(0, 80) });
  }
  throw new FileTrouble("own_crs", { crs: String(id) });
}

function propertiesOf(row: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => !(value instanceof Uint8Array)));
}
