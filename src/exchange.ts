/**
 * Models of other programs, in and out: `import { exportOnnx, importModel } from "lenet5/exchange"`. The code of a format
 * is loaded when it is first called.
 * @module exchange
 */
export type { Exported } from "./exchange/exported.ts";
export type { ModelFile } from "./exchange/given-file.ts";
export type { Imported } from "./exchange/imported.ts";
