export * from "./node/files.ts";
export * from "./node/terminal.ts";
export * from "./node/turns.ts";
export * from "./node/workers.ts";
