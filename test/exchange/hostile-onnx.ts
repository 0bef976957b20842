import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect } from "vitest";
import { InputError } from "../../src/core/errors.ts";
import { importOnnx } from "../../src/exchange.ts";

const folder = fileURLToPath(new URL("files/onnx/", import.meta.url));

/** Whatever is done to an ONNX file, a model or an error of one line comes of it. */
export async function survives(file: Uint8Array): Promise<void> {
  try {
    const { model } = await importOnnx({ "net.onnx": file }, { threads: 1 });
    expect(model.layers.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^net\.onnx: [^\n]*$/);
  }
}

/** Changes some bytes of the files of exporters, cuts them, or takes bytes out, `runs` times. */
export async function damageAll(runs: number): Promise<void> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".onnx"));
  const files = names.map((name) => new Uint8Array(readFileSync(folder + name))).filter(({ length }) => length < 8000);
  expect(files.length).toBeGreaterThan(4);
  const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), changes, fc.nat({ max: 5 }), async (file, places, kind) => {
      let damaged = file.slice();
      for (const [place, value] of places) {
        const at = Math.floor(place * damaged.length);
        if (kind > 1) damaged[at] = value;
        else if (kind === 1) damaged = damaged.slice(0, at);
        else damaged = Uint8Array.from([...damaged.subarray(0, at), ...damaged.subarray(at + value + 1)]);
      }
      await survives(damaged);
    }),
    { numRuns: runs },
  );
}
