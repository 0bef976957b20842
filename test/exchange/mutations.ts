import { random } from "../../src/core/random.ts";

/** Damaged copies of a file: bytes changed, cut out, put in, and its end cut off. The same seed gives the same copies. */
export function* mutations(
  file: Uint8Array,
  { count, seed }: { readonly count: number; readonly seed: number },
): Generator<Uint8Array> {
  const next = random(seed, "mutations").uniform;
  const below = (limit: number) => Math.floor(next() * limit);
  for (let i = 0; i < count; i++) {
    const bytes = file.slice();
    const kind = below(8);
    if (kind === 0) yield bytes.slice(0, below(bytes.length));
    else if (kind === 1) {
      const [from, size] = [below(bytes.length), 1 + below(16)];
      yield Uint8Array.of(...bytes.subarray(0, from), ...bytes.subarray(from + size));
    } else if (kind === 2) {
      const from = below(bytes.length);
      yield Uint8Array.of(...bytes.subarray(0, from), below(256), ...bytes.subarray(from));
    } else {
      for (let changes = 1 + below(3); changes > 0; changes--)
        bytes[below(bytes.length)] = [below(256), 0, 255, 0x7f][below(4)]!;
      yield bytes;
    }
  }
}
