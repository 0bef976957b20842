import { readFile } from "node:fs/promises";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/core/errors.ts";
import { importPytorch } from "../../src/exchange.ts";
import { readPickle } from "../../src/formats/pickle.ts";
import { dense, input, type Model, model } from "../../src/index.ts";
import { tryMutations } from "./pytorch-mutations.ts";

const folder = new URL("files/pytorch/", import.meta.url);

function network(): Model {
  const x = input({ shape: [2] });
  return model({ inputs: x, outputs: dense({ units: 2, useBias: false })(x) });
}

/** A zip file of PyTorch with this pickle, written as characters of one byte each. */
function archive(pickle: string, data: Readonly<Record<string, Uint8Array>> = {}, level: 0 | 9 = 0): Uint8Array {
  const bytes = Uint8Array.from(pickle, (character) => character.charCodeAt(0));
  const entries = Object.entries(data).map(([key, content]) => [`archive/data/${key}`, content] as const);
  return zipSync({ "archive/data.pkl": bytes, ...Object.fromEntries(entries) }, { level });
}

/** A dict with one tensor: [rows, columns] of a storage of `count` numbers. */
function tensor({ shape = "K\x02K\x02", strides = "K\x02K\x01", offset = "K\0", count = "K\x04" } = {}): string {
  const storage = `(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu${count}tQ`;
  return `\x80\x02}X\x08\0\0\0a.weightctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}(${shape}t(${strides}t\x89NtRs.`;
}

const four = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
const rejects = (bytes: Uint8Array, message: RegExp) =>
  expect(importPytorch(bytes, { network: network() })).rejects.toThrow(message);

describe("hostile files of PyTorch", () => {
  it("a small archive is read", async () => {
    const { model: made } = await importPytorch(archive(tensor(), { 0: four }), { network: network() });
    expect(Array.from(made.getWeights()[0]!.data)).toEqual([1, 3, 2, 4]);
  });

  it.each([
    ["cos\nsystem\n(S'true'\ntR.", /it needs "os.system", which no state_dict needs: nothing of it is run/],
    ["\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.", /it needs "builtins.eval"/],
    ["\x80\x02c__main__\nNet\n)\x81}b.", /it holds a whole module \("__main__.Net"\), not a state_dict/],
    ["\x80\x02ctorch.nn.modules.linear\nLinear\n)\x81}b.", /it holds a whole module/],
    ["\x80\x02(X\x06\0\0\0moduleccollections\nOrderedDict\nX\0\0\0\0tQ.", /nothing of it is run|whole module/],
    ["\x80\x02]c__torch__\nNet\n)\x81}b.", /"__torch__.Net"/],
    ["(i__builtin__\nexec\n.", /__builtin__.exec/],
    ["\x80\x02]R.", /expected a value before it|calls what is no name/],
    ["\x80\x02K\x01)R.", /it calls what is no name/],
    ["\x80\x02]}b.", /expected an object to set the state of/],
    ["\x80\x02]K\x01K\x02s.", /expected a dict to put items in/],
    ["\x80\x02h\x07.", /expected a value in memo 7/],
    ["\x80\x02\x8b\xff\xff\xff\x7f.", /it is cut/],
    ["\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.", /it is cut/],
    ["\x80\x02\x82\x01.", /expected an opcode that weights need/],
    ["\x80\x09.", /expected protocol 0 to 5, got 9/],
    ["\x80\x02", /it is cut/],
    ["\x80\x02}.", /expected a state_dict, a dict of tensors, got none/],
  ])("%j", async (pickle, message) => {
    await rejects(archive(pickle), message);
  });

  it("reads names of the prototype as names", async () => {
    const proto = "\x80\x02}(X\x09\0\0\0__proto__}X\x01\0\0\0aK\x01sX\x0b\0\0\0constructorK\x02u.";
    await rejects(archive(proto), /expected a state_dict/);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  it("refuses deep and wide values without their time or memory", async () => {
    await rejects(archive(`\x80\x02${"(".repeat(300_000)}.`), /it ends within a list/);
    await rejects(
      archive(`\x80\x02}X\x01\0\0\0a${"]".repeat(100_000)}${"a".repeat(99_999)}s.`),
      /expected at most 64 dicts within each other/,
    );
    // A key, and the states of objects, nested.
    await rejects(archive(`\x80\x02})${"\x85".repeat(100_000)}K\x01s.`), /expected a state_dict/);
    const object = "cargparse\nNamespace\n)R";
    await rejects(archive(`\x80\x02${object.repeat(30_000)}${"b".repeat(29_999)}.`), /at most 64 dicts/);
    // 2^40 texts in the message.
    const key = `)${Array.from({ length: 40 }, (_, i) => `q${String.fromCharCode(i)}h${String.fromCharCode(i)}\x86`).join("")}`;
    await rejects(archive(`\x80\x02(X\x07\0\0\0storage${key}tQ.`), /expected the id of a storage/);
    const items = Array.from({ length: 200 }, (_, i) => `K${String.fromCharCode(i)}K\0`).join("");
    const copies = "h\x01h\0\x85R0".repeat(20_000);
    await rejects(
      archive(`\x80\x02}(${items}uq\0ccollections\nOrderedDict\nq\x01${copies}.`),
      /it copies its dicts and texts again and again/,
    );
    // 2^60 lists, were they not the same ones.
    const doubled = Array.from({ length: 20 }, () => "q\0h\0\x86").join("");
    await rejects(archive(`\x80\x02]${doubled}.`), /expected a state_dict/);
  });

  it.each<[Parameters<typeof tensor>[0], RegExp]>([
    [{ count: "J\xff\xff\xff\x7f" }, /"data\/0": expected 2147483647 numbers of 4 bytes, got 16 bytes/],
    [{ offset: "K\x01" }, /a tensor \[2, 2\] reaches number 5 of a storage of 4/],
    [{ strides: "K\x03K\x01" }, /a tensor \[2, 2\] reaches number 5 of a storage of 4/],
    [{ strides: "J\xff\xff\xff\xffK\x01" }, /expected a tensor with sizes and strides/],
    [{ shape: "J\xff\xff\xff\x7fJ\xff\xff\xff\x7f", strides: "K\0K\0" }, /nothing fits dense\/kernel/],
    [{ shape: "K\x02", strides: "K\x02K\x01" }, /expected a tensor with sizes and strides/],
    [{ shape: "X\x01\0\0\x002K\x02" }, /expected a tensor with sizes and strides/],
  ])("a tensor of %j", async (given, message) => {
    await rejects(archive(tensor(given), { 0: four }), message);
  });

  it("does not unpack a file that is far larger inside", async () => {
    const bomb = archive(tensor(), { 0: new Uint8Array(2 ** 23) }, 9);
    expect(bomb.length).toBeLessThan(20_000);
    await rejects(bomb, /unpacked, the file would be more than 32 times as large/);
  });

  it("answers mutated files, and mutated pickles in whole archives, with a model or an InputError", async () => {
    await tryMutations(60);
  });
});

describe("readPickle", () => {
  const names = {
    global(name: string): never {
      throw new InputError(`no ${name}`);
    },
    persistent: (id: unknown) => id,
  };

  it("reads what Python writes in every protocol", async () => {
    const pickles: Record<string, string> = JSON.parse(await readFile(new URL("pickles.json", folder), "utf8"));
    for (const [protocol, base64] of Object.entries(pickles)) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const { value, end } = readPickle(bytes, names);
      expect(end, protocol).toBe(bytes.length);
      const shared = [1, 2];
      expect(value, protocol).toEqual(
        new Map<unknown, unknown>([
          ["none", null],
          ["flags", [true, false]],
          ["whole", [0, 1, -1, 255, 256, 65536, -(2 ** 31), 2 ** 40, -(2 ** 40), 2n ** 70n, -(2n ** 70n)]],
          ["floats", [0.5, -1e300, Number.POSITIVE_INFINITY]],
          ["texts", ["", "a", "äöü €", "line\nline\\", "x".repeat(300)]],
          [
            "nested",
            new Map<unknown, unknown>([
              [1, new Map([["a", []]])],
              ["b", [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]],
            ]),
          ],
          ["shared", [shared, shared]],
        ]),
      );
    }
    expect(Object.keys(pickles)).toHaveLength(6);
  });
});
