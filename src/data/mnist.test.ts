import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { idxBytes } from "../../test/idx-bytes.ts";
import { InputError } from "../core/errors.ts";
import { prepared } from "../pictures/preparation.ts";
import { DownloadError, type DownloadProgress, download } from "./download.ts";
import { MnistUnavailable, mnist, mnistMirrors } from "./mnist.ts";

const real = process.env.LENET5_DATA ?? fileURLToPath(new URL("../../../shared/data/mnist", import.meta.url));
const files = existsSync(real) ? (await readdir(real)).filter((name) => name.endsWith(".gz")) : [];
if (files.length < 4) process.stderr.write(`MNIST is not in ${real} (set LENET5_DATA): its tests are skipped\n`);

let folder: string;
let server: Server;
let listener: RequestListener;
let asked: (string | undefined)[];
let mirror: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    listener(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  mirror = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
});
afterAll(() => void server.close());
beforeEach(async () => {
  asked = [];
  folder = await mkdtemp(join(tmpdir(), "lenet5-mnist-"));
  vi.stubEnv("LENET5_DATA", "");
  vi.stubEnv("XDG_CACHE_HOME", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Nothing listens there. */
const down = "http://127.0.0.1:9/";

test("mnist refuses an unknown option", async () => {
  await expect(mnist({ path: folder } as never)).rejects.toThrow(
    'mnist: expected options "folder", "size", "download", "onProgress" or "mirrors", got "path"',
  );
});

describe("download", () => {
  const content = Uint8Array.from({ length: 50_000 }, (_, i) => (i * i) % 251);
  /** How many bytes of the file the client has. */
  let here = 0;
  beforeEach(() => {
    here = 0;
  });
  const get = ({ onProgress, ...options }: Partial<Parameters<typeof download>[0]> = {}) =>
    download({
      file: "digits",
      mirrors: [mirror],
      folder,
      onProgress: (progress) => {
        here = progress.received;
        onProgress?.(progress);
      },
      accept: async (bytes) => {
        if (!Buffer.from(content).equals(bytes)) throw new Error("wrong checksum");
        return bytes;
      },
      ...options,
    });
  /** Serves `content` as Range asks; breaks off after `most` bytes. */
  const serve =
    (most = Number.POSITIVE_INFINITY): RequestListener =>
    (request, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      const headers: Record<string, string | number> = { "Content-Length": content.length - from };
      if (from > 0) headers["Content-Range"] = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(from > 0 ? 206 : 200, headers);
      const sent = content.subarray(from, from + most);
      if (sent.length === content.length - from) response.end(sent);
      else {
        response.write(sent);
        // Not before the client has them: bytes that it has not read yet are lost with the connection.
        const waiting = setInterval(() => {
          if (here < from + sent.length) return;
          clearInterval(waiting);
          response.destroy();
        }, 5);
      }
    };

  test("keeps the file under its name and reports its progress", async () => {
    listener = serve();
    const seen: DownloadProgress[] = [];
    const got = await get({ onProgress: (progress) => seen.push(progress) });
    expect(got).toEqual({ content, mirror });
    expect(await readdir(folder)).toEqual(["digits"]);
    expect(new Uint8Array(await readFile(join(folder, "digits")))).toEqual(content);
    expect(seen.at(-1)).toEqual({ file: "digits", received: 50_000, total: 50_000 });
  });

  test("resumes after a broken connection, in the same call", async () => {
    listener = serve(20_000);
    expect((await get()).content).toEqual(content);
    expect(asked).toEqual([undefined, "bytes=20000-", "bytes=40000-"]);
  });

  test("resumes where an earlier call was stopped", async () => {
    await writeFile(join(folder, "digits.part"), content.subarray(0, 30_000));
    listener = serve();
    const seen: DownloadProgress[] = [];
    await get({ onProgress: (progress) => seen.push(progress) });
    expect(asked).toEqual(["bytes=30000-"]);
    expect(await readdir(folder)).toEqual(["digits"]);
    expect(seen[0].received).toBeGreaterThan(30_000);
    expect(seen.at(-1)).toEqual({ file: "digits", received: 50_000, total: 50_000 });
  });

  test("reports no total size for a compressed response", async () => {
    listener = (_, response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(content));
    const seen: DownloadProgress[] = [];
    expect((await get({ onProgress: (progress) => seen.push(progress) })).content).toEqual(content);
    expect(seen.at(-1)).toEqual({ file: "digits", received: 50_000, total: undefined });
  });

  test("returns the result of accept, and keeps the bytes", async () => {
    listener = serve();
    const got = await get({ accept: async (bytes) => bytes.subarray(0, 3) });
    expect(got.content).toEqual(content.subarray(0, 3));
    expect(await readFile(join(folder, "digits"))).toHaveLength(50_000);
  });

  test("leaves no timer running, which would keep the program alive", async () => {
    const [started, stopped] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
    listener = serve();
    await get({ connectTimeout: 301, stallTimeout: 302 });
    const ours = started.mock.results.filter((_, i) => [301, 302].includes(Number(started.mock.calls[i][1])));
    expect(ours.length).toBeGreaterThan(1);
    for (const { value } of ours) expect(stopped.mock.calls).toContainEqual([value]);
    vi.restoreAllMocks();
  });

  test("a folder that cannot be written is refused at once, whatever the mirrors have", async () => {
    listener = serve();
    await mkdir(join(folder, "digits"));
    await expect(get({ mirrors: [mirror, down] })).rejects.toThrow(InputError);
    await writeFile(join(folder, "file"), "");
    await expect(get({ folder: join(folder, "file") })).rejects.toThrow(InputError);
    expect(asked).toHaveLength(1);
  });

  test("requests the file uncompressed, so that the missing part can be requested", async () => {
    listener = (request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      serve()(request, response);
    };
    await get();
  });

  describe("with a made-up response", () => {
    afterEach(() => void vi.unstubAllGlobals());
    /** Chunks of the given lengths, which take no memory. */
    const respond = (headers: Record<string, string>, lengths: number[]) => {
      const read = vi.fn(async () => {
        const length = lengths.shift();
        return length === undefined ? { done: true } : { done: false, value: { length } };
      });
      const signals: AbortSignal[] = [];
      vi.stubGlobal("fetch", async (_: string, { signal }: { signal: AbortSignal }) => {
        signals.push(signal);
        const status = signals.length === 1 ? 200 : 503;
        return { ok: status === 200, status, headers: new Headers(headers), body: { getReader: () => ({ read }) } };
      });
      return { read, signals };
    };

    test("notices that bytes are missing where fetch does not", async () => {
      respond({ "Content-Length": "10" }, [2, 3]);
      await expect(get({ folder: undefined })).rejects.toThrow("broke off after 5 of 10 bytes");
    });

    test("stops a response that does not end", async () => {
      const { read, signals } = respond({}, [2 ** 29, 2 ** 29, 1, 2 ** 29]);
      await expect(get({ folder: undefined })).rejects.toThrow("sends more than 1073741824 bytes");
      expect(read).toHaveBeenCalledTimes(3);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]); // which frees the connection
    });
  });

  test("a partial file that is complete already is used (HTTP 416)", async () => {
    await writeFile(join(folder, "digits.part"), content);
    listener = (_, response) => response.writeHead(416).end();
    expect((await get()).content).toEqual(content);
  });

  test("starts again when the part is of another file", async () => {
    await writeFile(join(folder, "digits.part"), new Uint8Array(30_000));
    listener = serve();
    expect((await get()).content).toEqual(content);
    expect(asked).toEqual(["bytes=30000-", undefined]);
  });

  test("takes the whole file from a server that ignores Range", async () => {
    await writeFile(join(folder, "digits.part"), content.subarray(0, 30_000));
    listener = (_, response) => response.end(content);
    expect((await get()).content).toEqual(content);
  });

  test("refuses another range than it asked for", async () => {
    await writeFile(join(folder, "digits.part"), content.subarray(0, 30_000));
    listener = (_, response) => response.writeHead(206, { "Content-Range": "bytes 5-49999/50000" }).end("x");
    await expect(get()).rejects.toThrow(/sent bytes from 5 on, asked for 30000/);
  });

  test("a wrong file is not kept", async () => {
    listener = (_, response) => response.end("another file");
    await expect(get()).rejects.toThrow(`cannot download digits (${mirror}: wrong checksum)`);
    expect(await readdir(folder)).toEqual([]);
  });

  test("each reason once, the innermost, whatever was thrown", async () => {
    listener = (request, response) =>
      request.url === "/empty/digits" ? response.writeHead(204).end() : response.end("another file");
    const accept = async () => {
      throw "no reason";
    };
    const failed = get({ mirrors: [mirror, mirror, `${mirror}empty/`, down], accept });
    await expect(failed).rejects.toThrow(DownloadError);
    await expect(failed).rejects.toHaveProperty("name", "DownloadError");
    await expect(failed).rejects.toThrow(
      `cannot download digits (${mirror}: no reason; ${mirror}empty/: HTTP 204; ${down}: `,
    );
    await expect(failed).rejects.not.toThrow("fetch failed");
    expect(asked).toHaveLength(3);
  });

  test("keeps the received bytes if no mirror delivers the rest", async () => {
    listener = (request, response) =>
      request.headers.range ? response.writeHead(503).end() : serve(20_000)(request, response);
    await expect(get()).rejects.toThrow(/HTTP 503/);
    expect(new Uint8Array(await readFile(join(folder, "digits.part")))).toEqual(content.subarray(0, 20_000));
  });

  test("uses the next mirror if one is down, refuses, stalls or does not respond", async () => {
    listener = (request, response) => {
      if (request.url?.startsWith("/no/")) response.writeHead(404).end();
      else if (request.url?.startsWith("/stall/")) response.writeHead(200, { "Content-Length": 50_000 }).flushHeaders();
      else if (request.url?.startsWith("/good/")) serve()(request, response);
    };
    const mirrors = [down, `${mirror}no/`, `${mirror}stall/`, `${mirror}silent/`, `${mirror}good/`];
    const patience = { connectTimeout: 300, stallTimeout: 300 };
    expect((await get({ ...patience, mirrors })).mirror).toBe(mirrors[4]);
    const failed = get({ ...patience, mirrors: mirrors.slice(0, 4), folder: join(folder, "other") });
    await expect(failed).rejects.toThrow(/HTTP 404.*no bytes within 300 ms.*no response within 300 ms/);
  });

  test("works in memory alone", async () => {
    listener = serve(20_000);
    expect((await get({ folder: undefined })).content).toEqual(content);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("mnist", () => {
  test("has mirrors: URLs of folders", () => {
    expect(mnistMirrors.length).toBeGreaterThan(1);
    for (const address of mnistMirrors) expect(address).toMatch(/^https:.*\/$/);
  });

  const notMnist = gzipSync(idxBytes([1], [1]));

  test("data that are neither on this machine nor reachable have an error class of their own", async () => {
    const failed = mnist({ mirrors: [down] });
    await expect(failed).rejects.toThrow(MnistUnavailable);
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(
      /^MNIST is neither on this machine nor reachable \(cannot download .*\); connect, set LENET5_DATA/,
    );
    await expect(mnist({ download: false })).rejects.toThrow(/is not in .*mnist, and download is off/);
    expect(asked).toEqual([]);
  });

  test("other data are refused, from a mirror and from the cache", async () => {
    const cache = join(folder, "lenet5", "mnist");
    await mkdir(cache, { recursive: true });
    await writeFile(join(cache, "t10k-labels-idx1-ubyte"), idxBytes([1], [1]));
    listener = (_, response) => response.end(notMnist);
    await expect(mnist({ mirrors: [mirror] })).rejects.toThrow(/expected MNIST's t10k-labels-idx1-ubyte \(SHA-256/);
    expect(await readdir(cache)).toEqual([]);
  });

  test("a cache that cannot be written: MNIST is unavailable", async () => {
    await writeFile(join(folder, "file"), "");
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "file"));
    await expect(mnist({ mirrors: [down] })).rejects.toThrow(MnistUnavailable);
  });

  test("a named folder with other data is refused", async () => {
    for (const what of ["train", "t10k"]) {
      await writeFile(join(folder, `${what}-images-idx3-ubyte`), idxBytes([1, 28, 28], new Uint8Array(784)));
      await writeFile(join(folder, `${what}-labels-idx1-ubyte.gz`), notMnist);
    }
    const failed = mnist({ folder });
    await expect(failed).rejects.toThrow(/expected MNIST's .*; get MNIST again, or give another data set by the path/);
    await expect(failed).rejects.not.toThrow(MnistUnavailable);
  });

  test.skipIf(files.length < 4)(
    "downloads, then reads the cache; reads the folder that LENET5_DATA names",
    async () => {
      listener = async (request, response) => response.end(await readFile(join(real, request.url?.slice(1) ?? "")));
      const downloaded = await mnist({ mirrors: [down, mirror] });
      expect(asked).toHaveLength(4);
      expect(downloaded.source).toBe(`MNIST from ${join(folder, "lenet5", "mnist")}`);
      const cached = await mnist({ mirrors: [down] });
      await cp(real, join(folder, "data"), { recursive: true });
      vi.stubEnv("LENET5_DATA", join(folder, "data"));
      const named = await mnist({ download: false });
      expect(named.source).toBe(`MNIST from ${join(folder, "data")}`);
      for (const { train, test } of [downloaded, cached, named]) {
        expect(train.images.shape).toEqual([60_000, 32, 32, 1]);
        expect(test.images.shape).toEqual([10_000, 32, 32, 1]);
        expect(Array.from(train.labels.subarray(0, 5))).toEqual([5, 0, 4, 1, 9]);
        expect(Array.from(test.labels.subarray(0, 5))).toEqual([7, 2, 1, 0, 4]);
        expect(train.classNames).toEqual([..."0123456789"]);
      }
      // A test image written as a picture is exactly the test image again.
      for (let image = 0; image < 10_000; image += 7) {
        const bytes = (named.test.images.data as Uint8Array).subarray(image * 1024, image * 1024 + 1024);
        const data = Uint8Array.from({ length: 4096 }, (_, i) => (i % 4 === 3 ? 255 : bytes[i >> 2]));
        if (Buffer.compare(prepared({ width: 32, height: 32, data }).data, bytes) !== 0)
          throw new Error(`image ${image} changes`);
      }
      let sum = 0;
      for (const value of named.test.images.data) sum += value;
      expect(sum / (10_000 * 784 * 255)).toBeCloseTo(0.1325, 4); // the known mean of MNIST's test set
    },
  );
});
