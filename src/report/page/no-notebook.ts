import type * as notebook from "./notebook.ts";

/**
 * `#notebook` in browsers, where no notebook asks for a display: only the text is left. So a page does not carry the
 * code that draws, and a bundler need not understand the CommonJS modules behind it.
 */
export const networkPage: typeof notebook.networkPage = () => ({});
export const historyPage: typeof notebook.historyPage = () => ({});
