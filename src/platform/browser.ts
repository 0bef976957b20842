export * from "./browser/files.ts";
export * from "./browser/terminal.ts";
export * from "./browser/turns.ts";
export * from "./browser/workers.ts";
