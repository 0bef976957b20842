import type { NetworkNode } from "./network-graph.ts";

/** Place of a node: columns from left to right, lanes from top to bottom; lane 0 has the longest path. */
export interface Cell {
  readonly column: number;
  readonly lane: number;
}

export interface NetworkLayout {
  readonly cells: ReadonlyMap<NetworkNode, Cell>;
  /** The lanes in which connections pass columns between their nodes, by {@link connection}. */
  readonly passing: ReadonlyMap<string, number>;
}

/** Nodes that follow each other, or none: a bare connection. With the nodes at its ends, which have their place. */
interface Path {
  readonly nodes: readonly NetworkNode[];
  readonly source?: NetworkNode;
  readonly end?: NetworkNode;
}

/**
 * A node's column is its distance from the input, by the longest way. The longest path of all has the middle lane; every
 * other path, and every connection that leaps over columns, has the nearest lane that is free all along.
 */
export function networkLayout(nodes: readonly NetworkNode[]): NetworkLayout {
  const columns = new Map<NetworkNode, number>();
  for (const node of nodes) columns.set(node, 1 + Math.max(-1, ...node.sources.map((source) => columns.get(source)!)));
  const column = (node: NetworkNode) => columns.get(node)!;
  const lanes = new Map<NetworkNode, number>();
  const passing = new Map<string, number>();
  const taken = new Set<string>();

  const place = ({ nodes: path, source, end }: Path) => {
    const first = path.length > 0 ? column(path[0]) : column(source!) + 1;
    const last = end ? column(end) - 1 : column(path[path.length - 1]);
    const passed = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const start = source ? lanes.get(source)! : 0;
    const side = path.length > 0 ? 1 : -1; // branches rather below, bare connections rather above
    const tried = [start, ...[...nodes, ...nodes].flatMap((_, i) => [start + side * (i + 1), start - side * (i + 1)])];
    const lane = tried.find((lane) => passed.every((at) => !taken.has(`${at} ${lane}`)))!;
    for (const at of passed) taken.add(`${at} ${lane}`);
    for (const node of path) lanes.set(node, lane);
    const chain = [source, ...path, end].filter((node) => node !== undefined);
    for (const [i, node] of chain.slice(1).entries())
      if (column(node) - column(chain[i]) > 1) passing.set(connection(chain[i], node), lane);
  };

  for (const last of [...nodes].sort((a, b) => column(b) - column(a))) {
    if (lanes.has(last)) continue;
    const path: NetworkNode[] = [];
    const before = (hasPlace: boolean): NetworkNode | undefined =>
      path[0].sources.filter((node) => lanes.has(node) === hasPlace).sort((a, b) => column(b) - column(a))[0];
    for (let node: NetworkNode | undefined = last; node; node = before(false)) path.unshift(node);
    const end = nodes.find((node) => lanes.has(node) && node.sources.includes(last));
    place({ nodes: path, source: before(true), end });
  }
  const leaps = nodes
    .flatMap((end) => end.sources.map((source) => ({ nodes: [], source, end })))
    .filter(({ source, end }) => column(end) - column(source) > 1 && !passing.has(connection(source, end)))
    .sort((a, b) => column(a.end) - column(a.source) - (column(b.end) - column(b.source)));
  for (const leap of leaps) place(leap);

  return { cells: new Map(nodes.map((node) => [node, { column: column(node), lane: lanes.get(node)! }])), passing };
}

/** A connection's name. */
export function connection(source: NetworkNode, node: NetworkNode): string {
  return `${source.layer.name}/${node.layer.name}`; // a layer's name has no "/"
}
