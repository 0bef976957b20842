export * from "./browser/files.ts";
export * from "./browser/workers.ts";
export * from "./browser/terminal.ts";
