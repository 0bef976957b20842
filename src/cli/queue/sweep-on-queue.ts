/** The executor of a sweep whose trainings run on other machines. */
import { basename, resolve } from "node:path";
import { InputError, shown } from "../../core/errors.ts";
import { quoted } from "../../platform/node/quoted.ts";
import type { Value } from "../../sweep/settings.ts";
import type { Sweep } from "../../sweep/sweep.ts";
import { openData } from "../data-source.ts";
import { networkNames } from "../networks/networks.ts";
import { sumOf } from "../networks/trust.ts";
import type { Print } from "../output.ts";
import type { QueueAddress } from "./address.ts";
import { openBullmq } from "./bullmq.ts";
import { type QueueExecutor, queueExecutor } from "./executor.ts";
import type { SharedFiles } from "./payload.ts";
import { retried } from "./retried.ts";
import { identityOf } from "./shared-files.ts";
import { Refused, type Store, TooLarge } from "./store.ts";
import { putData } from "./stored-data.ts";
import { sweepName } from "./sweep-name.ts";

interface SweepOnQueue {
  readonly address: QueueAddress;
  readonly sweep: Sweep;
  /** The folder of the sweep, and the name of its file. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly command: string;
  readonly store: Store | undefined;
  readonly stop: AbortSignal;
  readonly print: Print;
}

export async function sweepOnQueue({
  address,
  sweep,
  folder,
  name,
  version,
  command,
  store,
  stop,
  print,
}: SweepOnQueue): Promise<QueueExecutor> {
  const place = await placeOfData(sweep.space.fixed.data);
  const networks = await networkFiles(sweep);
  const kept = store && persistent(store, stop);
  const bullmq = await openBullmq(address, version, print);
  const data = await identityOf(place);
  if (kept && data.kind === "files") await putData(kept, place, data, { stop, print });
  return queueExecutor(bullmq, {
    ...{ folder, version, command, place, data, networks, stop, print },
    sweep: await sweepName(folder, name),
    store: kept,
    advice: `No worker of lenet5 ${version} is at ${address.shown}: start one with lenet5 worker --queue ${quoted(address.shown)}`,
  });
}

function persistent(store: Store, stop: AbortSignal): Store {
  const isFinal = (error: unknown) => error instanceof Refused || error instanceof TooLarge;
  return {
    get: (name) => store.get(name),
    put: (name, content) => retried(() => store.put(name, content), { stop, isFinal }),
  };
}

/** Where the data of a sweep are: without `data`, those that `lenet5 train` takes here. */
export async function placeOfData(data: unknown): Promise<string> {
  if (data === undefined) return (await openData(undefined)).id;
  if (data === "mnist" || data === "digits") return data;
  return resolve(String(data));
}

/** The networks that are not of this package. */
export function ownNetworks({ space: { fixed, varied } }: Sweep): Value[] {
  const given = varied.flatMap(([name, { of }]) => (name === "network" && "values" in of ? of.values : []));
  const all = fixed.network === undefined ? given : [fixed.network, ...given];
  return all.filter((network) => !networkNames.some((known) => known === network));
}

/** The files of the networks that are not of this package, by the values of the setting. */
async function networkFiles(sweep: Sweep): Promise<Map<unknown, SharedFiles>> {
  const files = new Map<unknown, SharedFiles>();
  for (const network of ownNetworks(sweep)) {
    const sha256 = await sumOf(String(network));
    if (sha256 === undefined)
      throw new InputError(`network: expected one of lenet5, or a file, with --queue, got ${shown(network)}`);
    files.set(network, { name: basename(String(network)), sha256 });
  }
  return files;
}
