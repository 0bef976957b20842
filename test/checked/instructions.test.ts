/** The check in front of each kind of instruction that reads or writes memory. */
import binaryen from "assemblyscript/binaryen";
import { expect, it } from "vitest";
import { FIELDS, withChecks } from "../../tools/checked-kernels.js";

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

/** The instruction as a function of its address, in a checked module. The offset is a part of the instruction. */
async function checked(instruction: string) {
  const module = binaryen.parseText(`(module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "run") (param $at i32) ${instruction}))`);
  module.setFeatures(binaryen.Features.All);
  const compiled = await WebAssembly.compile((await withChecks(module.emitBinary())) as Uint8Array<ArrayBuffer>);
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Record<
    `checked.${string}`,
    { value: number }
  > & { run(at: number): void };
}

const at = "(local.get $at)";
const vector = "(v128.const i32x4 0 0 0 0)";

it.each([
  ["i32.load", 4, `(drop (i32.load offset=8 ${at}))`],
  ["i32.load8_u", 1, `(drop (i32.load8_u offset=8 ${at}))`],
  ["i32.load16_s", 2, `(drop (i32.load16_s offset=8 ${at}))`],
  ["i64.load", 8, `(drop (i64.load offset=8 ${at}))`],
  ["i64.load32_u", 4, `(drop (i64.load32_u offset=8 ${at}))`],
  ["f32.load", 4, `(drop (f32.load offset=8 ${at}))`],
  ["f64.load", 8, `(drop (f64.load offset=8 ${at}))`],
  ["v128.load", 16, `(drop (v128.load offset=8 ${at}))`],
  ["v128.load8x8_s", 8, `(drop (v128.load8x8_s offset=8 ${at}))`],
  ["v128.load32_splat", 4, `(drop (v128.load32_splat offset=8 ${at}))`],
  ["v128.load64_zero", 8, `(drop (v128.load64_zero offset=8 ${at}))`],
  ["v128.load32_lane", 4, `(drop (v128.load32_lane offset=8 3 ${at} ${vector}))`],
  ["i32.store", 4, `(i32.store offset=8 ${at} (i32.const 0))`],
  ["i32.store8", 1, `(i32.store8 offset=8 ${at} (i32.const 0))`],
  ["f32.store", 4, `(f32.store offset=8 ${at} (f32.const 0))`],
  ["f64.store", 8, `(f64.store offset=8 ${at} (f64.const 0))`],
  ["v128.store", 16, `(v128.store offset=8 ${at} ${vector})`],
  ["v128.store16_lane", 2, `(v128.store16_lane offset=8 3 ${at} ${vector})`],
  ["memory.fill", 24, `(memory.fill (i32.add ${at} (i32.const 8)) (i32.const 0) (i32.const 24))`],
  ["memory.copy, from", 24, `(memory.copy (i32.const 4096) (i32.add ${at} (i32.const 8)) (i32.const 24))`],
  ["memory.copy, to", 24, `(memory.copy (i32.add ${at} (i32.const 8)) (i32.const 4096) (i32.const 24))`],
])("%s of %i bytes stays in the buffers of the table", async (name, bytes, instruction) => {
  const module = await checked(instruction);
  const isStore = /store|fill|to$/.test(name);
  /** Two buffers: bytes 2000 to 2100, and 4096 to 4196, which may be written. */
  const table = (isWritable: boolean, count = 0) => {
    const words = new Int32Array(memory.buffer, 1024, 2 * FIELDS.length);
    words.set([2000, 100, 1000, count, Number(isWritable), 4096, 100, 0, 0, 1]);
    module["checked.first"]!.value = 1024;
    module["checked.end"]!.value = 1024 + words.byteLength;
  };
  const run = (address: number) => () => module.run(address - 8);
  table(isStore);
  for (const inside of [2000, 2050, 2100 - bytes, 4096]) expect(run(inside)).not.toThrow();
  for (const outside of [1999, 2101 - bytes, 2100, 3000, 0, 4095, 4197 - bytes, -1, -bytes])
    expect(run(outside), `${outside}`).toThrow("unreachable");
  expect(module["checked.address"]!.value).toBe(-bytes);
  expect([module["checked.bytes"]!.value, module["checked.isStore"]!.value]).toEqual([bytes, Number(isStore)]);
  table(isStore, 3);
  for (const inside of [2000, 3000, 4100 - bytes]) expect(run(inside)).not.toThrow();
  for (const outside of [2999, 3101 - bytes, 3999, 5000]) expect(run(outside), `${outside}`).toThrow("unreachable");
  table(false);
  if (isStore) expect(run(2000)).toThrow("unreachable");
  else expect(run(2000)).not.toThrow();
});

it("an address that the offset takes beyond 4 GiB is outside", async () => {
  const module = await checked(`(drop (i32.load offset=2000 ${at}))`);
  new Int32Array(memory.buffer, 1024, FIELDS.length).set([0, 65536, 0, 0, 0]);
  module["checked.first"]!.value = 1024;
  module["checked.end"]!.value = 1024 + 4 * FIELDS.length;
  expect(() => module.run(0)).not.toThrow();
  expect(() => module.run(-1000)).toThrow("unreachable");
});

it("an instruction without a check is refused", async () => {
  const module = binaryen.parseText(`(module (import "env" "memory" (memory 1 1 shared))
    (func (export "run") (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))`);
  module.setFeatures(binaryen.Features.All);
  await expect(withChecks(module.emitBinary())).rejects.toThrow("i32.atomic.rmw.add, which has no check");
});
