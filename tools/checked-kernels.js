/**
 * Wasm kernels that check each access: every load, store, copy and fill of a binary gets a call in front that compares
 * its addresses with the buffers of the kernel's call (test/checked/runner.ts writes them into a table). An access
 * outside of all of them traps. The instructions are those of the finished binary, so what is checked is what runs.
 *
 * A buffer in the table has {@link FIELDS} words. Where `count` is above 0, it is repeated: `count` times, `stride` bytes
 * apart.
 */

/** The words of a buffer in the table. */
export const FIELDS = ["from", "bytes", "stride", "count", "writable"];

const at = Object.fromEntries(FIELDS.map((field, i) => [field, `offset=${4 * i}`]));

/** What is added to a module. `first` and `end`: the table's addresses. The others say which access failed. */
const checks = `
  (global $checked.first (mut i32) (i32.const 0))
  (global $checked.end (mut i32) (i32.const 0))
  (global $checked.address (mut i32) (i32.const 0))
  (global $checked.bytes (mut i32) (i32.const 0))
  (global $checked.isStore (mut i32) (i32.const 0))
  ${["first", "end", "address", "bytes", "isStore"].map((name) => `(export "checked.${name}" (global $checked.${name}))`).join("\n  ")}
  (func $checked (param $pointer i32) (param $offset i32) (param $bytes i32) (param $isStore i32) (result i32)
    (local $address i32) (local $entry i32) (local $inside i32) (local $times i32) (local $size i32)
    (local.set $address (i32.add (local.get $pointer) (local.get $offset)))
    (local.set $entry (global.get $checked.first))
    (block $outside
      ;; An address beyond 4 GiB.
      (br_if $outside (i32.lt_u (local.get $address) (local.get $pointer)))
      (loop $next
        (br_if $outside (i32.ge_u (local.get $entry) (global.get $checked.end)))
        (block $other
          (local.set $inside (i32.sub (local.get $address) (i32.load ${at.from} (local.get $entry))))
          (if (i32.load ${at.count} (local.get $entry)) (then
            (local.set $times (i32.div_u (local.get $inside) (i32.load ${at.stride} (local.get $entry))))
            (br_if $other (i32.ge_u (local.get $times) (i32.load ${at.count} (local.get $entry))))
            (local.set $inside (i32.rem_u (local.get $inside) (i32.load ${at.stride} (local.get $entry))))
          ))
          (local.set $size (i32.load ${at.bytes} (local.get $entry)))
          (br_if $other (i32.gt_u (local.get $inside) (local.get $size)))
          (br_if $other (i32.gt_u (local.get $bytes) (i32.sub (local.get $size) (local.get $inside))))
          (if (local.get $isStore) (then
            (br_if $other (i32.eqz (i32.load ${at.writable} (local.get $entry))))
          ))
          (return (local.get $pointer))
        )
        (local.set $entry (i32.add (local.get $entry) (i32.const ${4 * FIELDS.length})))
        (br $next)
      )
    )
    (global.set $checked.address (local.get $address))
    (global.set $checked.bytes (local.get $bytes))
    (global.set $checked.isStore (local.get $isStore))
    (unreachable)
  )
  (func $checked.copy (param $to i32) (param $from i32) (param $bytes i32)
    (if (local.get $bytes) (then
      (drop (call $checked (local.get $to) (i32.const 0) (local.get $bytes) (i32.const 1)))
      (drop (call $checked (local.get $from) (i32.const 0) (local.get $bytes) (i32.const 0)))
    ))
    (memory.copy (local.get $to) (local.get $from) (local.get $bytes))
  )
  (func $checked.fill (param $to i32) (param $value i32) (param $bytes i32)
    (if (local.get $bytes)
      (then (drop (call $checked (local.get $to) (i32.const 0) (local.get $bytes) (i32.const 1)))))
    (memory.fill (local.get $to) (local.get $value) (local.get $bytes))
  )
`;

/** The binary with checks. @param {Uint8Array} binary */
export async function withChecks(binary) {
  const { default: binaryen } = await import("assemblyscript/binaryen");
  const plain = binaryen.readBinary(binary);
  plain.setFeatures(binaryen.Features.All);
  const text = checkedText(plain.emitText());
  plain.dispose();
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  if (!module.validate()) throw new Error("the checked kernels are no valid module");
  module.optimize();
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

/** A list of the text: an instruction, or another part of a module. */
class List {
  /** @type {(string | List)[]} */
  parts = [];
}

/** The text of a module with checks. @param {string} text */
export function checkedText(text) {
  const [, ...parts] = parsed(text).parts;
  return `(module ${parts.map(written).join("\n")}${checks})`;
}

/** A module's text as Binaryen writes it, with every operand nested in its instruction. @param {string} text */
function parsed(text) {
  const whole = new List();
  const open = [whole];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|;;.*|[()]|[^\s()";]+/g)) {
    const list = /** @type {List} */ (open.at(-1));
    if (token === "(") {
      const next = new List();
      list.parts.push(next);
      open.push(next);
    } else if (token === ")") open.pop();
    else if (!token.startsWith(";;")) list.parts.push(token);
  }
  return /** @type {List} */ (whole.parts[0]);
}

/** @param {string | List} part @returns {string} */
function written(part) {
  if (typeof part === "string") return part;
  const [head, ...rest] = part.parts;
  if (typeof head !== "string") return `(${part.parts.map(written).join(" ")})`;
  if (head === "memory.copy" || head === "memory.fill")
    return `(call $${head.replace("memory", "checked")} ${rest.map(written).join(" ")})`;
  const isStore = /^\w+\.store/.test(head);
  if (isStore || /^\w+\.load/.test(head)) {
    const pointer = rest.findIndex((operand) => operand instanceof List);
    const offset = /offset=(\d+)/.exec(rest.slice(0, pointer).join(" "))?.[1] ?? 0;
    const access = `(i32.const ${offset}) (i32.const ${bytesOf(head)}) (i32.const ${Number(isStore)})`;
    const operands = rest.map(written);
    operands[pointer] = `(call $checked ${operands[pointer]} ${access})`;
    return `(${head} ${operands.join(" ")})`;
  }
  if (/^memory\.\w|\.atomic\./.test(head))
    throw new Error(`the kernels have the instruction ${head}, which has no check`);
  return `(${head} ${rest.map(written).join(" ")})`;
}

/** The bytes that an instruction reads or writes, such as `v128.load32_splat`. @param {string} instruction */
function bytesOf(instruction) {
  const [, type, width = "", times = "1"] = /** @type {RegExpExecArray} */ (
    /^(\w+)\.(?:load|store)(\d*)(?:x(\d))?/.exec(instruction)
  );
  if (width) return (Number(width) / 8) * Number(times);
  return { i32: 4, f32: 4, i64: 8, f64: 8, v128: 16 }[type];
}
