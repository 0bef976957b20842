/** Builds the page. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { filesIn, isFresh } from "./build-files.js";

/** Builds the page into dist/web, unless it is newer than its sources. */
export async function buildPage() {
  const sources = [
    ...filesIn("web", (path) => !path.endsWith(".test.ts")),
    ...filesIn("weights"),
    "dist/.built",
    "tools/build-page.js",
  ];
  if (isFresh(["dist/web/index.html", "dist/web/service-worker.js"], sources)) return;
  const { build } = await import("vite");
  await build({ root: "web", configFile: "web/vite.config.js", logLevel: "warn" });
  await buildServiceWorker();
}

/** The page's service worker knows the files that the page consists of. */
async function buildServiceWorker() {
  const sum = (/** @type {string | Buffer} */ content) => createHash("sha256").update(content).digest("hex");
  const paths = filesIn("dist/web", (path) => !/(served\.json|service-worker\.js)$/.test(path)).sort();
  const files = paths.map((path) => [relative("dist/web", path).split(sep).join("/"), sum(readFileSync(path))]);
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
    readFileSync("web/index.html", "utf8"),
  );
  if (!policy) throw new Error("web/index.html: expected its Content-Security-Policy, found none");
  const { build } = await import("rolldown");
  const { output } = await build({
    input: "web/offline/service-worker.ts",
    output: { format: "iife", minify: true },
    transform: {
      define: {
        FILES: JSON.stringify(Object.fromEntries(files)),
        BUILD: JSON.stringify(sum(files.join("\n")).slice(0, 16)),
        POLICY: JSON.stringify(policy[1]),
      },
    },
    write: false,
    logLevel: "warn",
  });
  writeFileSync("dist/web/service-worker.js", output[0].code);
}

/** Says what the page's folder has. */
export function printSizes() {
  const files = filesIn("dist/web").map((path) => ({ path, content: readFileSync(path) }));
  const kilo = (/** @type {number} */ bytes) => `${Math.round(bytes / 1000)} kB`;
  const sum = (/** @type {typeof files} */ some, size = (/** @type {Buffer} */ content) => content.length) =>
    kilo(some.reduce((total, { content }) => total + size(content), 0));
  const ending = (/** @type {RegExp} */ pattern) => files.filter(({ path }) => pattern.test(path));
  const texts = ending(/\.(html|js|css|svg|json)$/);
  console.log(`The page is in ${resolve("dist/web")}: copy the folder to any web server.`);
  console.log(`  ${files.length} files, ${sum(files)}`);
  console.log(`  scripts and texts ${sum(texts)}, compressed ${sum(texts, (content) => gzipSync(content).length)}`);
  console.log(`  fonts ${sum(ending(/\.woff2$/))}, weights of three networks ${sum(ending(/\.safetensors$/))}`);
}
