import { InputError } from "../core/errors.ts";
import type * as report from "./report.ts";

/**
 * `#report` in browsers, which have no folders for runs: a page does not carry the code that draws, and a bundler need
 * not understand the CommonJS modules behind it.
 */
export const writeReport: typeof report.writeReport = () => {
  throw new InputError("report: expected a runtime with folders, such as Node, got a browser");
};
