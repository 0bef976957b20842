/** What a page that reads digits loads, bundled as Vite does. `test/slow/package` measures other bundlers. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type OutputChunk, rolldown } from "rolldown";
import { beforeAll, expect, it } from "vitest";
import { wasmKernelsOf } from "../../src/engine/binary.ts";
import { classify } from "../../src/engine/generated/kernels.ts";
import { threadSource } from "../../src/engine/generated/thread.ts";
import { pretrained } from "../../src/index.ts";
import { graphOf } from "../../src/model/graph.ts";
import { imageProgram } from "../../src/model/programs.ts";

/** The limit of all that is loaded, compressed by gzip; the weights come on top. */
const MAX_BYTES = 76_000;

const page = `
  import { prepared, pretrained } from "lenet5";
  const net = await pretrained();
  const classify = await net.classifier({ numbers: "bytes", scale: 1 / 255 });
  globalThis.read = (picture) => classify(prepared(picture));
`;

const entries = new Map([
  ["lenet5", "index.js"],
  ["lenet5/reading", "reading.js"],
  ["lenet5/exchange", "exchange.js"],
]);

let chunks: OutputChunk[] = [];

beforeAll(async () => {
  chunks = await bundled(page);
});

async function bundled(page: string): Promise<OutputChunk[]> {
  const bundle = await rolldown({
    input: "page",
    platform: "browser",
    logLevel: "warn",
    plugins: [
      {
        name: "page",
        resolveId(id) {
          if (id === "page") return id;
          const file = entries.get(id);
          return file && fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
        },
        load: (id) => (id === "page" ? page : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  return output.filter((item) => item.type === "chunk");
}

/** The chunks that are loaded with one, itself included. */
function loadedWith(chunk: OutputChunk, loaded = new Set<OutputChunk>(), from = chunks): Set<OutputChunk> {
  loaded.add(chunk);
  for (const other of from)
    if (chunk.imports.includes(other.fileName) && !loaded.has(other)) loadedWith(other, loaded, from);
  return loaded;
}

/** Ends of the paths of the modules in some chunks. */
const modulesOf = (some: Iterable<OutputChunk>) => [...some].flatMap(({ moduleIds }) => moduleIds);

it("a page that reads digits loads at most 76 KB", () => {
  const entry = chunks.find(({ isEntry }) => isEntry)!;
  const binary = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith("/reproducible-classify.js")))!;
  const loaded = loadedWith(binary, loadedWith(entry));
  const bytes = [...loaded].reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  expect(bytes).toBeLessThan(MAX_BYTES);
  // Enough to notice that something is missing here.
  expect(bytes).toBeGreaterThan(20_000);
});

it("training, threads and all wasm kernels are in other files", () => {
  const entry = chunks.find(({ isEntry }) => isEntry)!;
  const loaded = modulesOf(loadedWith(entry));
  for (const later of [
    "layers/registry.js",
    "model/fit.js",
    "model/evaluate.js",
    "engine/pool.js",
    "engine/generated/thread.js",
    "binaries/fast.js",
  ]) {
    expect(loaded.filter((id) => id.endsWith(later))).toEqual([]);
    expect(modulesOf(chunks).filter((id) => id.endsWith(later))).toHaveLength(1);
  }
});

it("a page that reads picture files loads the decoder of the format that it meets", async () => {
  const reader = await bundled('import { readPicture } from "lenet5"; globalThis.read = readPicture;');
  const sizeOf = (some: Iterable<OutputChunk>) => [...some].reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  const first = loadedWith(reader.find(({ isEntry }) => isEntry)!, new Set(), reader);
  expect(sizeOf(first)).toBeLessThan(5_000);
  for (const [format, most] of Object.entries({ png: 4_000, jpeg: 60_000, webp: 50_000, gif: 4_000, bmp: 4_000 })) {
    const decoder = reader.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/formats/${format}.js`)))!;
    expect(first).not.toContain(decoder);
    const loaded = loadedWith(decoder, new Set(), reader);
    for (const chunk of reader) if (decoder.dynamicImports.includes(chunk.fileName)) loaded.add(chunk);
    const bytes = sizeOf([...loaded].filter((chunk) => !first.has(chunk)));
    expect(bytes, format).toBeLessThan(most);
    expect(bytes, format).toBeGreaterThan(1_000);
  }
});

/** The modules of libraries for files of other programs. */
const foreign = /node_modules\/(?:h5wasm|@bufbuild\/protobuf|fflate)\//;

it("a page that calls nothing of lenet5/exchange has no code for files of other programs", async () => {
  const reader = await bundled('import { pictureReader } from "lenet5/reading"; globalThis.read = pictureReader;');
  for (const page of [chunks, reader])
    expect(
      modulesOf(page).filter((id) => foreign.test(id) || /\/dist\/(?:exchange|formats\/(?:onnx|hdf5))\b/.test(id)),
    ).toEqual([]);
});

it("a page that imports models loads the code of the format that it meets", async () => {
  const importer = await bundled('import { importModel } from "lenet5/exchange"; globalThis.load = importModel;');
  const first = loadedWith(importer.find(({ isEntry }) => isEntry)!, new Set(), importer);
  expect([...first].reduce((sum, { code }) => sum + gzipSync(code).length, 0)).toBeLessThan(5_000);
  expect(modulesOf(first).filter((id) => foreign.test(id))).toEqual([]);
  const libraries = new Set(modulesOf(importer).map((id) => foreign.exec(id)?.[0]));
  expect(libraries).toContain("node_modules/h5wasm/");
  expect(libraries).toContain("node_modules/@bufbuild/protobuf/");
});

it("a worker has no code that checks options, and at most 29 KB", () => {
  expect(threadSource).not.toContain("elasticDistortion");
  expect(threadSource.length).toBeLessThan(29_000);
});

it("nothing that draws is in the bundle", () => {
  const drawing = modulesOf(chunks).filter((id) => /@observablehq|linkedom|\/report\/figures\//.test(id));
  expect(drawing).toEqual([]);
});

it.each(["article", "1998"] as const)("the small binary is enough for the pretrained network %s", async (network) => {
  const { inputs, outputs } = await pretrained({ network });
  for (const bytesPerElement of [1, 4] as const) {
    const program = imageProgram(graphOf([inputs], [outputs]), [{ bytesPerElement }])!.finish();
    expect(wasmKernelsOf(program).filter((name) => !classify.includes(name))).toEqual([]);
  }
});
