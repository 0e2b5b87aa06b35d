/**
 * Points that would lie over each other on the screen, gathered into groups. Pure; places are parts of the world.
 *
 * Groups come from a grid that is fixed to the world, so panning never regroups; groups whose middles come too near to
 * each other become one. Of two points each keeps its own sign: a group is at least three.
 */

/** `count`: how many features it stands for. */
export interface Dot {
  x: number;
  y: number;
  count: number;
}

export interface Cluster<D extends Dot> {
  /** The middle of all its features. */
  x: number;
  y: number;
  count: number;
  dots: D[];
}

const LEAST = 3;
/** Parts of a cell: middles nearer than that are one group. */
const TOO_NEAR = 0.6;

/** `cell`: width of a cell in parts of the world; 0: nothing is gathered but what was sent gathered. */
export function gather<D extends Dot>(dots: readonly D[], cell: number): { single: D[]; clusters: Cluster<D>[] } {
  const groups = cell > 0 ? merged(inCells(dots, cell), cell) : dots.map(alone);
  const single: D[] = [];
  const clusters: Cluster<D>[] = [];
  for (const group of groups) {
    if (group.count >= LEAST && (cell > 0 || group.dots.some((dot) => dot.count > 1))) clusters.push(group);
    else if (group.count === group.dots.length) single.push(...group.dots);
    else clusters.push(group);
  }
  return { single, clusters };
}

function alone<D extends Dot>(dot: D): Cluster<D> {
  return { x: dot.x, y: dot.y, count: dot.count, dots: [dot] };
}

function inCells<D extends Dot>(dots: readonly D[], cell: number): Map<string, Cluster<D>> {
  const cells = new Map<string, Cluster<D>>();
  for (const dot of dots) {
    const key = `${Math.floor(dot.x / cell)}/${Math.floor(dot.y / cell)}`;
    const group = cells.get(key);
    if (group) join(group, alone(dot));
    else cells.set(key, alone(dot));
  }
  return cells;
}

function join<D extends Dot>(group: Cluster<D>, other: Cluster<D>): void {
  const count = group.count + other.count;
  group.x = (group.x * group.count + other.x * other.count) / count;
  group.y = (group.y * group.count + other.y * other.count) / count;
  group.count = count;
  group.dots.push(...other.dots);
}

/** The largest first: each takes in the groups of the cells round it that are too near. */
function merged<D extends Dot>(cells: Map<string, Cluster<D>>, cell: number): Cluster<D>[] {
  const order = [...cells].sort(([, a], [, b]) => b.count - a.count || a.x - b.x || a.y - b.y);
  for (const [key, group] of order) {
    if (!cells.has(key)) continue;
    const [column = 0, row = 0] = key.split("/").map(Number);
    for (let at = 0; at < 9; at += 1) {
      const near = `${column + (at % 3) - 1}/${row + Math.floor(at / 3) - 1}`;
      const other = cells.get(near);
      if (!other || other === group || Math.hypot(other.x - group.x, other.y - group.y) > TOO_NEAR * cell) continue;
      if (group.count + other.count < LEAST) continue;
      join(group, other);
      cells.delete(near);
    }
  }
  return [...cells.values()];
}
