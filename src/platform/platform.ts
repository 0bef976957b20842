import type { Files } from "./files.ts";
import type { Locks } from "./locks.ts";
import type { MachineInfo } from "./machine.ts";
import type { Scratch } from "./scratch.ts";
import type { Terminal } from "./terminal.ts";
import type { Turns } from "./turns.ts";
import type { Workers } from "./workers.ts";

/** Everything that differs between Node and browsers. `#platform` is `node.ts` or `browser.ts`. */
export interface Platform extends Files, Locks, MachineInfo, Scratch, Terminal, Turns, Workers {}

/**
 * The functions of one platform. A function that is missing, has another type, or does not belong to the platform is a
 * compile error where this type is used.
 */
export type Implementation<
  Functions extends Platform & { readonly [Extra in Exclude<keyof Functions, keyof Platform>]: never },
> = Functions;
