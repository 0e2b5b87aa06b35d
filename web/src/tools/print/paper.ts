/** The sheets that can be printed on, in millimetres. Pure. Margins and the page's own rules stand in styles/tools/print.css. */
export const PAPERS = ["a4", "a3"] as const;
export type Paper = (typeof PAPERS)[number];
export const TURNS = ["landscape", "portrait"] as const;
export type Turn = (typeof TURNS)[number];

const SIZES: Record<Paper, readonly [short: number, long: number]> = { a4: [210, 297], a3: [297, 420] };

/** Width and height. */
export function sizeOf(paper: Paper, turn: Turn): readonly [number, number] {
  const [short, long] = SIZES[paper];
  return turn === "portrait" ? [short, long] : [long, short];
}
