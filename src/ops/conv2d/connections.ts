/** The connections of a convolution, listed by map and by channel. */
export interface Connections {
  /** The channels that each map sees. */
  readonly seen: readonly (readonly number[])[];
  /** The maps that see each channel. */
  readonly readers: readonly (readonly number[])[];
}

/** The connections of a table; without one, every map sees every channel of its group. */
export function connectionsOf(
  given: readonly (readonly number[])[] | undefined,
  channels: number,
  filters: number,
  groups: number,
): Connections {
  const [everyChannel, everyMap] = [range(channels), range(filters)];
  const table = groups > 1 ? groupTable(channels, filters, groups) : given;
  const seen = table ?? everyMap.map(() => everyChannel);
  const readers = everyChannel.map((channel) =>
    table ? everyMap.filter((map) => seen[map]!.includes(channel)) : everyMap,
  );
  return { seen, readers };
}

/** For each map the channels of its group. */
export function groupTable(channels: number, filters: number, groups: number): number[][] {
  const [own, maps] = [channels / groups, filters / groups];
  const lists = range(groups).map((group) => range(own).map((channel) => group * own + channel));
  return range(filters).map((map) => lists[Math.floor(map / maps)]!);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
