import { defineConfig } from "vitest/config";
import { swapModules } from "./tools/build-checked.js";
import { common, together } from "./vitest.config.ts";

/**
 * The tests that use the library in their own process, with checked wasm kernels and guard zones around every buffer.
 * `npm run test:all` runs them. Left out is what runs the built package, in other processes and in pages, what tests
 * folders that know no model, and what puts faults of its own in the place of wasm kernels.
 */
const folders = ["checked", "engine", "exchange", "golden", "members", "model", "oracle", "pictures"];
const include = ["src/**/*.test.ts", `test/{${folders}}/**/*.test.ts`, "test/members.test.ts"];
const leftOut = /^(web|test\/end-to-end|src\/(core|platform|formats|pictures|report|cli))\/|failures\.test\.ts$/;

export default defineConfig({
  ...common,
  plugins: [swapModules],
  test: {
    ...common.test,
    globalSetup: "tools/build-checked.js",
    projects: [
      {
        extends: true,
        test: { name: "together", include: together.filter((path) => !leftOut.test(path)), isolate: false },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include,
          exclude: [...together, "test/**/*failures.test.ts", "src/{core,platform,formats,pictures,report,cli}/**"],
        },
      },
    ],
  },
});
