/** The bundle for Node: a few large files load in a quarter of the time of 500 modules. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/**
 * The command and the library share their files: the network module of a user, which imports the library, and the
 * command have the same classes. Every file lies in a folder of dist/, as the addresses in the sources expect.
 * @param {string} dir takes the place of dist/ @param {import("rolldown").Plugin[]} [plugins]
 */
export async function buildForNode(dir, plugins = []) {
  const { build } = await import("rolldown");
  const entries = ["index", "figures", "reading", "exchange", "testing"];
  const { dependencies, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const packages = Object.keys({ ...dependencies, ...peerDependencies });
  await build({
    input: {
      "cli/main": "src/cli/main.ts",
      ...Object.fromEntries(entries.map((name) => [`node/${name}`, `src/${name}.ts`])),
      // Started by their addresses.
      "node/decode-thread": "src/data/streaming/decode-thread.ts",
      "node/fold-training": "src/cli/folds/fold-training.ts",
      "node/paper-training": "src/cli/paper/training.ts",
      "node/prepare-worker": "src/cli/predict/prepare-worker.ts",
      "node/shard-worker": "src/cli/bulk/shard-worker.ts",
      "node/sweep-training": "src/cli/sweep/training.ts",
    },
    platform: "node",
    external: (id) => packages.some((name) => id === name || id.startsWith(`${name}/`)),
    resolve: {
      alias: {
        "#platform": resolve("src/platform/node.ts"),
        "#document": resolve("src/platform/node/document.ts"),
        "#report": resolve("src/runs/report.ts"),
        "#notebook": resolve("src/report/page/notebook.ts"),
      },
    },
    preserveEntrySignatures: "strict", // no file imports an entry, which would run a second time
    plugins,
    output: { dir, format: "esm", entryFileNames: "[name].js", chunkFileNames: "node/[name].js" },
    logLevel: "warn",
  });
}
