/** WMTS 1.0.0: layers of its capabilities whose tiles lie in Web Mercator, by template or by parameters. */
import { isWebMercator, type Offered, type Service } from "./offered";
import { withParameters } from "./address";
import { boxFrom, children, textOf, within } from "./xml";

/** The scale of zoom 0, tiles of 256 pixels, pixels of 0.28 mm. */
const SCALE_0 = 559082264.0287178;

/** The names of the matrices of a set, by zoom. */
type Matrices = ReadonlyMap<number, string>;

/** Of a document whose root is that of a WMTS; null for any other. `mayAsk` tells which addresses can be asked at all. */
export function readWmts(root: Element, base: URL, mayAsk: (address: URL) => boolean): Service | null {
  const contents = within(root, "Contents");
  if (root.localName !== "Capabilities" || !contents) return null;
  const sets = new Map(children(contents, "TileMatrixSet").flatMap((set): [string, Matrices][] => {
    const matrices = matricesOf(set);
    return matrices ? [[textOf(set, "Identifier"), matrices]] : [];
  }));
  const all = children(contents, "Layer");
  const source = textOf(root, "ServiceProvider", "ProviderName");
  const layers = all.flatMap((layer) => offeredOf(layer, sets, { base, mayAsk, source }) ?? []);
  return { title: textOf(root, "ServiceIdentification", "Title"), layers, left: all.length - layers.length };
}

/** null for a set in another system, or with tiles that are not those of everybody. */
function matricesOf(set: Element): Matrices | null {
  if (!isWebMercator(textOf(set, "SupportedCRS"))) return null;
  const matrices = new Map<number, string>();
  for (const matrix of children(set, "TileMatrix")) {
    const zoom = Math.log2(SCALE_0 / Number(textOf(matrix, "ScaleDenominator")));
    const [x = NaN, y = NaN] = textOf(matrix, "TopLeftCorner").split(/\s+/).map(Number);
    const isUsual = Math.abs(zoom - Math.round(zoom)) < 0.01 && Math.abs(x + 20037508.34) < 10 && Math.abs(y - 20037508.34) < 10;
    if (isUsual && Number(textOf(matrix, "TileWidth")) === 256) matrices.set(Math.round(zoom), textOf(matrix, "Identifier"));
  }
  return matrices.size > 0 ? matrices : null;
}

interface Whole {
  base: URL;
  mayAsk: (address: URL) => boolean;
  source: string;
}

function offeredOf(layer: Element, sets: ReadonlyMap<string, Matrices>, { base, mayAsk, source }: Whole): Offered | null {
  const name = textOf(layer, "Identifier");
  const set = children(layer, "TileMatrixSetLink").map((link) => textOf(link, "TileMatrixSet")).find((each) => sets.has(each));
  const matrices = sets.get(set ?? "");
  if (!matrices || set === undefined) return null;
  const styles = children(layer, "Style");
  const style = textOf(styles.find((each) => each.getAttribute("isDefault") === "true") ?? styles[0], "Identifier") || "default";
  const formats = children(layer, "Format").map((each) => each.textContent?.trim() ?? "");
  const format = formats.find((each) => each === "image/png") ?? formats.find((each) => /^image\//.test(each)) ?? "image/png";
  const template = children(layer, "ResourceURL").find((each) => each.getAttribute("resourceType") === "tile")?.getAttribute("template") ?? null;
  const address = addressBy(template, base, { name, style, set, format });
  if (!URL.canParse(address("0", 0, 0)) || !mayAsk(new URL(address("0", 0, 0)))) return null;
  const corners = within(layer, "WGS84BoundingBox");
  const box = boxFrom([textOf(corners, "LowerCorner"), textOf(corners, "UpperCorner")].flatMap((corner) => corner.split(/\s+/)));
  return { name, title: textOf(layer, "Title") || name, box, source, legend: null, from: { kind: "tiles", zooms: [...matrices.keys()], address: (zoom, column, row) => address(matrices.get(zoom) ?? String(zoom), row, column) } };
}

type AddressOf = (matrix: string, row: number, column: number) => string;

function addressBy(template: string | null, base: URL, { name, style, set, format }: Record<"name" | "style" | "set" | "format", string>): AddressOf {
  return (matrix, row, column) => {
    const values: Record<string, string> = { style, tilematrixset: set, tilematrix: matrix, tilerow: String(row), tilecol: String(column) };
    if (template) return template.replace(/\{(\w+)\}/g, (whole, part: string) => values[part.toLowerCase()] ?? whole);
    const parameters = { SERVICE: "WMTS", REQUEST: "GetTile", VERSION: "1.0.0", LAYER: name, STYLE: style, FORMAT: format };
    return withParameters(base, { ...parameters, TILEMATRIXSET: set, TILEMATRIX: matrix, TILEROW: String(row), TILECOL: String(column) });
  };
}
