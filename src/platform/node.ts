import type * as node from "./node.ts";
import type { Implementation } from "./platform.ts";

export * from "./node/files.ts";
export * from "./node/locks.ts";
export * from "./node/machine.ts";
export * from "./node/scratch.ts";
export * from "./node/terminal.ts";
export * from "./node/turns.ts";
export * from "./node/workers.ts";

/** Makes the compiler check this file against the platform's interface. */
export type Checked = Implementation<typeof node>;
