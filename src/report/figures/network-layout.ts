import type { NetworkNode } from "./network-graph.ts";

/** Position of a node: columns from left to right, lanes from top to bottom; lane 0 has the longest path. */
export interface GridPosition {
  readonly column: number;
  readonly lane: number;
}

export interface NetworkLayout {
  readonly positions: ReadonlyMap<NetworkNode, GridPosition>;
  /** The lane in which a connection passes the columns between its nodes, by {@link connection}. */
  readonly passing: ReadonlyMap<string, number>;
}

/** Consecutive nodes, with the placed nodes at both ends. A path without nodes is a connection alone. */
interface Path {
  readonly nodes: readonly NetworkNode[];
  readonly source?: NetworkNode;
  readonly end?: NetworkNode;
}

/**
 * Places the nodes of a network. The column of a node is the length of the longest path from the input. The longest
 * path of the network is in lane 0. Every other path, and every connection that skips columns, gets the nearest lane
 * that is free along its whole length.
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
    const side = path.length > 0 ? 1 : -1; // preferably branches below, connections above
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

  return { positions: new Map(nodes.map((node) => [node, { column: column(node), lane: lanes.get(node)! }])), passing };
}

/** Key of a connection. */
export function connection(source: NetworkNode, node: NetworkNode): string {
  return `${source.layer.name}/${node.layer.name}`; // a layer's name has no "/"
}
