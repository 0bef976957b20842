import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { idxBytes } from "../../test/idx-bytes.ts";
import { InputError } from "../core/errors.ts";
import { MnistUnavailable, mnist } from "./mnist.ts";

/** Small files that stand for MNIST's, with the SHA-256 of MNIST's. */
const { small, sums, settings } = vi.hoisted(() => {
  const idx = (shape: number[], data: number[]) => {
    const sizes = shape.flatMap((size) => [0, 0, 0, size]);
    return Uint8Array.from([0, 0, 8, shape.length, ...sizes, ...data]);
  };
  const small: Record<string, Uint8Array> = {
    "t10k-labels-idx1-ubyte": idx([1], [7]),
    "train-labels-idx1-ubyte": idx([2], [5, 0]),
    "t10k-images-idx3-ubyte": idx([1, 1, 1], [70]),
    "train-images-idx3-ubyte": idx([2, 1, 1], [50, 60]),
  };
  const sums: Record<string, string> = {
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  };
  return { small, sums, settings: { cache: undefined as string | undefined, full: false } };
});
vi.mock("#platform", async (original) => {
  const platform = await original<typeof import("../platform/node.ts")>();
  return {
    ...platform,
    appendBytes: async (path: string, bytes: Uint8Array) => {
      if (settings.full) throw new InputError("the disk is full");
      return platform.appendBytes(path, bytes);
    },
    cacheFolder: () => settings.cache,
    sha256: async (bytes: Uint8Array) =>
      sums[Object.keys(small).find((part) => small[part].join() === bytes.join()) ?? ""] ?? "0123456789abcdef",
  };
});

const parts = Object.keys(small);
const packed = parts.map((part) => `${part}.gz`);

let root: string;
let server: Server;
let asked: string[];
/** The files of the server, by path. */
let served: Record<string, Uint8Array>;
let mirror: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const file = served[request.url ?? ""];
    if (file === undefined) response.writeHead(404).end();
    else response.end(file);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  mirror = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
});
afterAll(() => void server.close());
beforeEach(async () => {
  asked = [];
  served = Object.fromEntries(parts.map((part) => [`/good/${part}.gz`, gzipSync(small[part])]));
  root = await mkdtemp(join(tmpdir(), "lenet5-mnist-files-"));
  Object.assign(settings, { cache: join(root, "cache"), full: false });
  vi.stubEnv("LENET5_DATA", undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

async function write(folder: string, files: Record<string, Uint8Array>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

function expectSmall({ train, test }: Awaited<ReturnType<typeof mnist>>): void {
  expect([[...train.labels], [...test.labels]]).toEqual([[5, 0], [7]]);
  expect([train.images, test.images].map(({ data }) => [...data.filter((value) => value > 0)])).toEqual([
    [50, 60],
    [70],
  ]);
  expect(train.classNames).toEqual([..."0123456789"]);
}

test("downloads the smallest file first, each from the mirror that gave the last, and keeps them", async () => {
  const received: string[] = [];
  const mirrors = [`${mirror}none/`, `${mirror}good/`];
  const data = await mnist({ mirrors, onProgress: ({ file }) => received.push(file) });
  expectSmall(data);
  expect(data.source).toBe(`MNIST from ${join(root, "cache", "mnist")}`);
  expect(asked).toEqual([`/none/${packed[0]}`, ...packed.map((file) => `/good/${file}`)]);
  expect([...new Set(received)]).toEqual(packed);
  expect((await readdir(join(root, "cache", "mnist"))).sort()).toEqual(packed.toSorted());
  asked = [];
  expectSmall(await mnist({ download: false, mirrors }));
  expect(asked).toEqual([]);
});

test("a mirror that lacks a later file is asked once, then the others", async () => {
  delete served[`/good/${packed[2]}`];
  const mirrors = [`${mirror}none/`, `${mirror}good/`];
  const failed = mnist({ mirrors });
  await expect(failed).rejects.toThrow(MnistUnavailable);
  await expect(failed).rejects.toHaveProperty("code", "MNIST_UNAVAILABLE");
  await expect(failed).rejects.toHaveProperty("cause", expect.any(Error));
  expect(asked.slice(3)).toEqual([`/good/${packed[2]}`, `/none/${packed[2]}`]);
});

test("plain and packed files of the cache are taken; those that are not MNIST's are removed and downloaded", async () => {
  const cache = await write(join(root, "cache", "mnist"), {
    [parts[0]]: small[parts[0]],
    [parts[1]]: idxBytes([1], [1]),
    [packed[1]]: gzipSync(small[parts[1]]),
    [packed[2]]: Uint8Array.of(0x1f, 0x8b, 0),
    [packed[3]]: gzipSync(small[parts[3]]),
  });
  expectSmall(await mnist({ mirrors: [`${mirror}good/`] }));
  expect(asked).toEqual([`/good/${packed[2]}`]);
  expect((await readdir(cache)).sort()).toEqual([parts[0], packed[1], packed[2], packed[3]].toSorted());
});

test("without a cache the files stay in memory", async () => {
  settings.cache = undefined;
  const data = await mnist({ mirrors: [`${mirror}none/`, `${mirror}good/`] });
  expectSmall(data);
  expect(data.source).toBe(`MNIST from ${mirror}good/`);
  await expect(mnist({ download: false })).rejects.toThrow(/t10k-labels-idx1-ubyte is not in a cache, and download is/);
});

test("without a cache if it cannot be created; an error if it cannot be read", async () => {
  await writeFile(join(root, "cache"), "a file");
  expectSmall(await mnist({ mirrors: [`${mirror}good/`] }));
  await rm(join(root, "cache"));
  await mkdir(join(root, "cache", "mnist", parts[0]), { recursive: true });
  const failed = mnist({ mirrors: [`${mirror}good/`] });
  await expect(failed).rejects.toThrow(InputError);
  await expect(failed).rejects.not.toThrow(MnistUnavailable);
});

test("a full disk is an error at once: another mirror would not help", async () => {
  settings.full = true;
  const failed = mnist({ mirrors: [`${mirror}good/`, `${mirror}second/`] });
  await expect(failed).rejects.toThrow(new InputError("the disk is full"));
  expect(asked).toEqual([`/good/${packed[0]}`]);
});

test("reads a named folder, or the one that LENET5_DATA names", async () => {
  const folder = await write(join(root, "named"), small);
  const named = await mnist({ folder });
  expectSmall(named);
  expect(named.source).toBe(`MNIST from ${folder}`);
  vi.stubEnv("LENET5_DATA", folder);
  expectSmall(await mnist());
  expect(asked).toEqual([]);
  await rm(join(folder, parts[1]));
  const lacking = `${folder}: expected MNIST's files, but ${parts[1]} (or ${packed[1]}) is not there; put all four files in the folder`;
  await expect(mnist({ folder })).rejects.toThrow(new InputError(lacking));
  await expect(mnist()).rejects.toThrow(new InputError(`LENET5_DATA: ${lacking}, or unset it`));
  await expect(mnist()).rejects.toHaveProperty("cause", new InputError(lacking));
});

test("the error for a wrong file in a named folder has both checksums", async () => {
  const folder = await write(join(root, "named"), { ...small, [parts[1]]: idxBytes([2], [5, 1]) });
  await expect(mnist({ folder })).rejects.toThrow(
    new InputError(
      `${join(folder, parts[1])}: expected MNIST's ${parts[1]} (SHA-256 65a50cbb...), got 01234567...; ` +
        "get MNIST again, or give another data set by the path of its folder",
    ),
  );
});
