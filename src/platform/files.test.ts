import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { InputError } from "../core/errors.ts";
import * as browser from "./browser/files.ts";
import type { Files } from "./files.ts";
import * as node from "./node/files.ts";
import { openScratch } from "./node/scratch.ts";
import { temporaryName } from "./node/temporary-files.ts";

const opened = vi.hoisted(() => ({ failWith: undefined as string | undefined }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const handle = await real.open(...args);
      if (opened.failWith !== undefined) {
        const code = opened.failWith;
        handle.writeFile = async () => {
          await handle.write("half");
          throw Object.assign(new Error(code), { code });
        };
      }
      return handle;
    },
  };
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

const platforms: [string, Files][] = [
  ["node", node],
  ["browser", browser],
];

describe.each(platforms)("%s", (_, files) => {
  test("sha256 of a known text", async () => {
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await files.sha256(new TextEncoder().encode("abc"))).toBe(digest);
  });

  test("inflateGzip unpacks, and refuses damaged, cut and over-large data", async () => {
    const content = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    const packed = new Uint8Array(gzipSync(content));
    expect(Array.from(await files.inflateGzip(packed))).toEqual(Array.from(content));
    expect(await files.inflateGzip(new Uint8Array(gzipSync("")))).toHaveLength(0);
    await expect(files.inflateGzip(packed, 99_999)).rejects.toThrow();
    await expect(files.inflateGzip(packed.subarray(0, 100))).rejects.toThrow();
    await expect(files.inflateGzip(packed.subarray(0, 5))).rejects.toThrow();
    const damaged = packed.slice();
    damaged[20] ^= 255;
    await expect(files.inflateGzip(damaged)).rejects.toThrow();
  });

  test("inflateRaw unpacks, and refuses damaged data", async () => {
    const content = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    const packed = new Uint8Array(deflateRawSync(content));
    expect(Array.from(await files.inflateRaw(packed))).toEqual(Array.from(content));
    await expect(files.inflateRaw(packed.slice(0, 100))).rejects.toThrow();
  });

  test("an unset variable is undefined", () => expect(files.environment("LENET5_NOT_SET")).toBeUndefined());

  test("joins paths", () => expect(files.joinPath("a", "b").replace("\\", "/")).toBe("a/b"));
});

test("in a page by plain http, which has no crypto.subtle, sha256 is the same", async () => {
  vi.stubGlobal("crypto", {});
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);
  expect(await browser.sha256(bytes)).toBe(await node.sha256(bytes));
  vi.unstubAllGlobals();
});

test("both platforms export the same names", () => {
  expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
});

test("functions with paths are refused in a browser", async () => {
  await expect(browser.readBytes("a.png")).rejects.toThrow(
    new InputError('"a.png": a browser cannot open files by path; give the bytes, e.g. of a chosen file'),
  );
  expect(browser.cacheFolder()).toBeUndefined();
});

describe("writeBeside", () => {
  test("writes, replaces, creates folders, leaves no temporary files", async () => {
    const path = join(folder, "new", "a.txt");
    await node.writeBeside(path, "one");
    await node.writeBeside(path, new Uint8Array([116, 119, 111]));
    expect(await readFile(path, "utf8")).toBe("two");
    expect(await node.listFolder(join(folder, "new"))).toEqual(["a.txt"]);
  });

  test.each(["ENOSPC", "EACCES", "EIO"])("keeps the old content on %s", async (code) => {
    const path = join(folder, code, "a.txt");
    await node.writeBeside(path, "old");
    opened.failWith = code;
    const failed = node.writeBeside(path, "new").finally(() => {
      opened.failWith = undefined;
    });
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(
      { ENOSPC: /the disk is full; free some space/, EACCES: /permission denied/, EIO: /EIO/ }[code],
    );
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(join(folder, code))).toEqual(["a.txt"]);
  });

  test("removes temporary files of processes that are gone, and only these", async () => {
    const place = join(folder, "left");
    const gone = spawnSync(process.execPath, ["--version"]).pid;
    const name = temporaryName("a.txt").replace(/-[^-]*$/, "");
    const here = name.slice(0, name.lastIndexOf("-"));
    const far = "a.txt.lenet5-00000000";
    // An earlier process in another container may have had this one's number.
    const left = [`${here}-${gone}-01234567.tmp`, `${name}-01234567.tmp`, `${far}-1-01234567.tmp`];
    const kept = [
      `${name}-89abcdef.tmp`,
      `${here}-${process.ppid}-01234567.tmp`,
      `${far}-1-89abcdef.tmp`,
      `a.txt.${gone}-0.tmp`,
      "a.tmp",
    ];
    await mkdir(place);
    for (const name of [...left, ...kept]) await writeFile(join(place, name), "");
    for (const name of left.slice(1)) await utimes(join(place, name), 1, 1);
    await node.writeBeside(join(place, "b.txt"), "b");
    expect(await node.listFolder(place)).toEqual(["b.txt", ...kept].sort());
  });

  test("keeps a link and writes to its target", async () => {
    const [target, link] = [join(folder, "target"), join(folder, "link")];
    await writeFile(target, "old");
    await symlink(target, link);
    await node.writeBeside(link, "new");
    expect(await readFile(target, "utf8")).toBe("new");
  });

  test.skipIf(process.platform !== "linux")("a device is written in place", async () => {
    await expect(node.writeBeside("/dev/full", "x")).rejects.toThrow(/cannot write "\/dev\/full": the disk is full/);
    await node.writeBeside("/dev/null", "x");
    expect((await node.pathInfo("/dev/null"))?.kind).toBe("other");
  });

  test("refuses a folder", async () => {
    await expect(node.writeBeside(folder, "x")).rejects.toThrow(/it is a folder; give a file name/);
  });
});

test("reads plain Uint8Arrays, and reports failures", async () => {
  const path = join(folder, "bytes");
  await node.appendBytes(path, new Uint8Array([1, 2]));
  await node.appendBytes(path, new Uint8Array([3]));
  expect(await node.readBytes(path)).toEqual(new Uint8Array([1, 2, 3]));
  expect(await node.pathInfo(path)).toEqual({ kind: "file", bytes: 3 });
  await expect(node.readBytes(join(folder, "no"))).rejects.toThrow(/cannot read ".*no": there is no such file/);
  await expect(node.readBytes(folder)).rejects.toThrow(/it is a folder/);
  await expect(node.listFolder(path)).rejects.toThrow(/cannot list/);
  await expect(node.makeFolder(path)).rejects.toThrow(/in the way/);
  await node.remove(path);
  await node.remove(path);
  expect(await node.pathInfo(path)).toBeUndefined();
});

test("the cache folder follows XDG_CACHE_HOME", () => {
  vi.stubEnv("XDG_CACHE_HOME", join("x", "cache"));
  expect(node.cacheFolder()).toBe(join("x", "cache", "lenet5"));
  vi.stubEnv("XDG_CACHE_HOME", "");
  expect(node.cacheFolder()).toMatch(/lenet5$/);
  vi.unstubAllEnvs();
});

test("folders with a parent that nobody has made yet can be made at the same time", async () => {
  for (let i = 0; i < 50; i++) {
    const made = Array.from({ length: 8 }, async (_, k) => {
      // One sees the parent missing, and then finds what another one has made.
      for (let turns = 0; turns < k; turns++) await new Promise(setImmediate);
      await node.makeFolder(join(folder, `shared-${i}`, "parent", String(k)));
    });
    await Promise.all(made);
    expect(await readdir(join(folder, `shared-${i}`, "parent"))).toHaveLength(8);
  }
});

test.skipIf(process.platform === "win32")("a user without a home folder has no cache folder", async () => {
  vi.stubEnv("XDG_CACHE_HOME", "");
  const own = os.homedir;
  const replace = (homedir: typeof own) => {
    os.homedir = homedir;
    syncBuiltinESMExports();
  };
  replace(() => {
    throw new Error("A system error occurred: uv_os_homedir returned ENOENT");
  });
  try {
    expect(node.cacheFolder()).toBeUndefined();
    expect(await openScratch(10)).toBeUndefined();
  } finally {
    replace(own);
    vi.unstubAllEnvs();
  }
});

test.runIf(process.platform === "linux")(
  "makeFolder comes back from where no folder can be made",
  async () => {
    await expect(node.makeFolder("/proc/lenet5/run")).rejects.toThrow(/^cannot make the folder "\/proc\/lenet5/i);
  },
  5000,
);
