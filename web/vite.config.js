import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { licences } from "./licences.js";

const entry = (/** @type {string} */ name) => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));

const { ofPage, ofWorkers } = licences(fileURLToPath(new URL("..", import.meta.url)));

/**
 * The weights have their names, so that the package can leave them out of the page: it has them already. What else is
 * no script has a hash of its content in its name, as scripts have.
 */
const assetFileNames = (/** @type {{ names: string[] }} */ { names }) =>
  names[0]?.endsWith(".safetensors") ? "weights/[name][extname]" : "assets/[name]-[hash][extname]";

/** The package loads its layers later where a page only reads digits. This page needs them anyway. */
const checks = { pluginTimings: false, ineffectiveDynamicImport: false };

/**
 * `npm run build:web` writes a folder of files with relative addresses: they work from any folder of any web server.
 * The page imports the package as its users do, by the names of its entries.
 */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [
    svelte(),
    ofPage,
    {
      name: "same-origin",
      // A page that is opened as a file may not ask for its style sheet by CORS, and could not say what is wrong.
      transformIndexHtml: { order: "post", handler: (html) => html.replaceAll(" crossorigin", "") },
    },
  ],
  resolve: {
    alias: [
      { find: /^lenet5$/, replacement: entry("index") },
      { find: /^lenet5\/(figures|reading)$/, replacement: fileURLToPath(new URL("../dist/$1.js", import.meta.url)) },
    ],
  },
  worker: {
    format: "es",
    plugins: () => [ofWorkers()],
    rolldownOptions: { output: { assetFileNames }, checks },
  },
  build: {
    outDir: fileURLToPath(new URL("../dist/web", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // Inlined files would be data: addresses, which the page's policy does not allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { assetFileNames }, checks },
  },
});
