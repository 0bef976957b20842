import type * as browser from "./browser.ts";
import type { Implementation } from "./platform.ts";

export * from "./browser/files.ts";
export * from "./browser/locks.ts";
export * from "./browser/machine.ts";
export * from "./browser/scratch.ts";
export * from "./browser/terminal.ts";
export * from "./browser/turns.ts";
export * from "./browser/workers.ts";

/** Makes the compiler check this file against the platform's interface. */
export type Checked = Implementation<typeof browser>;
