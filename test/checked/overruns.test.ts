/** A checked build names the wasm kernel that leaves a buffer by one element, on any thread. */
import { expect, it } from "vitest";
import { GROUP_BYTES, LANES } from "../../src/engine/program.ts";
import { variableOf } from "../../src/engine/variable.ts";
import * as lenet5 from "../../src/index.ts";
import type { Tape, Value } from "../../src/ops/tape.ts";
import { noise } from "../engine/as-oracle.ts";

/** 4 numbers of an image, and the bytes of 16 images'. */
const features = 4;
const bytes = features * GROUP_BYTES;

/** The outputs of a network of one layer that makes a wasm kernel call in its own way. */
function predicted(planted: (tape: Tape, x: Value, y: Value) => void, threads = 2): Promise<unknown> {
  const image = lenet5.input({ shape: [features], name: "image" });
  const layer = lenet5.dense({ units: features, name: "planted" });
  const output = layer(image);
  layer.built.emit = (tape, [x]): Value => {
    const y = tape.value(x!.shape, true, {});
    planted(tape, x!, y);
    return y;
  };
  const net = lenet5.model({ inputs: image, outputs: output, threads });
  return net.predict(noise([3 * LANES, features], 1));
}

/** A call that reads `x` and writes `y` from those bytes on: how, and what it does at each end. */
const calls = {
  "v128.load and v128.store": (tape: Tape, x: Value, y: Value, [from, to]: [number, number]) =>
    tape.builder.call("add", {
      a: { buffer: x.buffer, offset: from },
      b: x.buffer,
      y: { buffer: y.buffer, offset: to },
      count: features,
    }),
  "f32.load and f32.store": (tape: Tape, x: Value, y: Value, [from, to]: [number, number]) =>
    tape.builder.call("storeFloats", {
      from: { buffer: x.buffer, offset: from },
      to: { buffer: y.buffer, offset: to },
      channels: features,
      positions: 1,
    }),
  "v128.load32_lane and v128.store": (tape: Tape, x: Value, y: Value, [from, to]: [number, number]) =>
    tape.builder.call("loadFloats", {
      from: { buffer: x.buffer, offset: from },
      to: { buffer: y.buffer, offset: to },
      channels: features,
      positions: 1,
      scale: 1,
    }),
  "memory.copy": (tape: Tape, x: Value, y: Value, [from, to]: [number, number]) =>
    tape.builder.call("copy", {
      x: { buffer: x.buffer, offset: from },
      y: { buffer: y.buffer, offset: to },
      count: features,
    }),
};

for (const [instructions, call] of Object.entries(calls)) {
  it(`${instructions}: no complaint where every access is inside`, async () => {
    await expect(predicted((tape, x, y) => call(tape, x, y, [0, 0]))).resolves.toBeDefined();
  });

  it.each([
    ["reads", "after", [4, 0]],
    ["reads", "before", [-4, 0]],
    ["writes", "after", [0, 4]],
    ["writes", "before", [0, -4]],
  ] as const)(`${instructions} %s one element %s a buffer`, async (access, side, moved) => {
    const failure = await predicted((tape, x, y) => call(tape, x, y, [...moved])).catch(String);
    const [, kind, size, at, has] =
      /^Error: a thread of the engine failed: \w+ of layer "planted" (\w+) (\d+) bytes at byte (-?\d+) of "\w+", which has (\d+)$/.exec(
        String(failure),
      ) ?? [failure];
    expect(kind).toBe(access);
    // A pointer before the buffer is in a guard zone, where no buffer is that the message could name.
    if (side === "after") expect([Number(at) + Number(size), Number(has)]).toEqual([bytes + 4, bytes]);
  });
}

it("memory.fill is checked", async () => {
  await expect(
    predicted((tape, x, y) => {
      calls["memory.copy"](tape, x, y, [0, 0]);
      tape.builder.call("clear", { y: { buffer: y.buffer, offset: 4 }, count: features });
    }),
  ).rejects.toThrow('clear of layer "planted" writes 256 bytes at byte 4 of "y", which has 256');
});

it.each([-1, features])("group %i by a table is outside of a buffer of 4", async (group) => {
  await expect(
    predicted((tape, x, y) => {
      const table = tape.builder.constant([0, 1, 2, group]);
      tape.builder.call("gatherGroups", { x: x.buffer, y: y.buffer, table, count: features });
    }),
  ).rejects.toThrow(`reads 16 bytes at byte ${group * GROUP_BYTES} of "x", which has ${bytes}`);
});

it.each([
  ["before", -1, -GROUP_BYTES],
  ["after", 1, GROUP_BYTES],
])("a write one group %s a buffer", async (_, left, at) => {
  const sizes = { channels: 1, H: 1, W: features, paddedH: 1, paddedW: features, top: 0, left };
  await expect(
    predicted((tape, x, y) => tape.builder.call("pad", { x: x.buffer, y: y.buffer, ...sizes })),
  ).rejects.toThrow(`writes ${bytes} bytes at byte ${at} of "y", which has ${bytes}`);
});

it("a weight is read by v128.load32_splat up to its end", async () => {
  const weight = variableOf("planted/weight", [features], new Float32Array(features), () => true);
  const reads = (positions: number) =>
    predicted((tape, x, y) => {
      calls["memory.copy"](tape, x, y, [0, 0]);
      const wide = tape.builder.buffer(positions);
      tape.builder.call("weightInLanes", { w: tape.builder.variable(weight), y: wide, channels: 1, positions });
    });
  await expect(reads(features)).resolves.toBeDefined();
  await expect(reads(features + 1)).rejects.toThrow('reads 4 bytes at byte 16 of "w", which has 16');
});

it("a buffer that a kernel only reads is not written", async () => {
  // A table that the kernel takes for its output.
  await expect(
    predicted((tape, x) => {
      const table = tape.builder.constant(new Int32Array(features * LANES));
      tape.builder.call("copy", { x: x.buffer, y: table, count: features });
    }),
  ).rejects.toThrow('copy of layer "planted" writes 256 bytes at byte 0 of "y", which has 256');
});

it("a value that no kernel writes is no number", async () => {
  const outcome = await predicted(() => {}).then((outputs) => String((outputs as lenet5.Tensor).data[0]), String);
  expect(outcome).toContain("NaN");
});

it("a single image on the calling thread is checked, too", async () => {
  const image = lenet5.input({ shape: [2, 2, 1] });
  const layer = lenet5.flatten();
  const output = layer(image);
  const emit = layer.built.emit;
  layer.built.emit = (...given): Value => {
    const [tape] = given;
    const value = emit(...given);
    const y = { buffer: value.buffer, offset: value.buffer.bytes };
    tape.builder.call("imageValues", { from: value.buffer, to: y, channels: 1, positions: 1 });
    return value;
  };
  const net = lenet5.model({ inputs: image, outputs: output });
  await expect(net.predict(noise([1, 2, 2, 1], 1))).rejects.toThrow(/imageValues of layer "flatten" writes 4 bytes/);
});
