/** How each bundler makes a site of the project's pages. */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The pages: one that trains, one that only reads digits, one with models of other programs. */
const pages = ["page", "reader", "exchange"] as const;

/** Makes a site, with a file for each of the pages, of a project; `tools` is the folder of installed packages. */
type Bundler = (project: string, tools: string, site: string) => Promise<void>;

// biome-ignore lint/suspicious/noExplicitAny: the tools are installed when the test runs, without their types
const loaded = async (path: string): Promise<any> => import(pathToFileURL(path).href);

/** Copies the pages; `script` changes the address and kind of their script. */
async function writePages(project: string, site: string, script: (page: string) => string): Promise<void> {
  await mkdir(site, { recursive: true });
  for (const page of pages) {
    const text = await readFile(join(project, `${page}.html`), "utf8");
    await writeFile(join(site, `${page}.html`), text.replace(/<script.*<\/script>/, script(page)));
  }
}

const asModule = (page: string) => `<script type="module" src="./${page}.js"></script>`;

/** The one line of docs/bundlers.md for tools that do not copy files which `new URL` names. */
const copyWeights = (project: string, site: string) =>
  cp(join(project, "node_modules/lenet5/weights"), join(site, "weights"), { recursive: true });

export const bundlers: Readonly<Record<string, Bundler>> = {
  "vite build": async (project, tools, site) => {
    const { build } = await loaded(join(tools, "vite/dist/node/index.js"));
    // Each page by itself: what two pages of one build share comes in one file, also what only the other one uses.
    for (const [i, page] of pages.entries()) {
      await build({
        root: project,
        base: "./",
        configFile: false,
        logLevel: "error",
        build: { outDir: site, emptyOutDir: i === 0, rollupOptions: { input: join(project, `${page}.html`) } },
      });
    }
  },

  webpack: async (project, tools, site) => {
    const { default: webpack } = await loaded(join(tools, "webpack/lib/index.js"));
    const entry = Object.fromEntries(pages.map((page) => [page, join(project, `${page}.js`)]));
    const options = { mode: "production", context: project, entry, output: { path: site, filename: "[name].js" } };
    await new Promise<void>((resolve, reject) => {
      webpack(options, (error: Error | null, stats: { hasErrors(): boolean; toString(): string }) => {
        if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString()));
        else resolve();
      });
    });
    await writePages(project, site, asModule);
  },

  "rollup with node-resolve": async (project, tools, site) => {
    const { rollup } = await loaded(join(tools, "rollup/dist/es/rollup.js"));
    const { default: nodeResolve } = await loaded(join(tools, "@rollup/plugin-node-resolve/dist/es/index.js"));
    const bundle = await rollup({
      input: pages.map((page) => join(project, `${page}.js`)),
      plugins: [nodeResolve({ browser: true })],
      onwarn: (warning: { code: string; id?: string; message: string }) => {
        // What TypeScript made of async generators in a library; it does no harm.
        if (warning.code === "THIS_IS_UNDEFINED" && warning.id?.includes("@bufbuild/protobuf")) return;
        throw new Error(warning.message);
      },
    });
    await bundle.write({ dir: site, format: "es" });
    await bundle.close();
    await writePages(project, site, asModule);
    await copyWeights(project, site);
  },

  "esbuild, modules": async (project, tools, site) => {
    const { build } = await loaded(join(tools, "esbuild/lib/main.js"));
    const options = { bundle: true, splitting: true, format: "esm", minify: true, outdir: site };
    // One by one: in a common build, esbuild keeps for each page what any of them uses.
    for (const page of pages) await build({ ...options, entryPoints: [join(project, `${page}.js`)] });
    await writePages(project, site, asModule);
    await copyWeights(project, site);
  },

  "esbuild, IIFE": async (project, tools, site) => {
    const { build } = await loaded(join(tools, "esbuild/lib/main.js"));
    const entryPoints = pages.map((page) => join(project, `${page}.js`));
    const logOverride = { "empty-import-meta": "silent" };
    await build({ entryPoints, bundle: true, format: "iife", minify: true, outdir: site, logOverride });
    await writePages(project, site, (page) => `<script src="./${page}.js"></script>`);
    await copyWeights(project, site);
  },
};

/** Starts Vite's development server; returns its address and a function that stops it. */
export async function viteDev(
  project: string,
  tools: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ address: string; stop(): Promise<void> }> {
  const { createServer } = await loaded(join(tools, "vite/dist/node/index.js"));
  const server = await createServer({
    root: project,
    configFile: false,
    logLevel: "error",
    cacheDir: join(project, "vite-cache"),
    server: { host: "127.0.0.1", port: 0, headers },
  });
  await server.listen();
  return { address: server.resolvedUrls.local[0], stop: () => server.close() };
}
