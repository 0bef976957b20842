import { expect, test } from "vitest";
import { InputError, loadModel, type Model, type Tensor } from "../../src/index.ts";
import type { OneOrMore } from "../../src/model/model-options.ts";
import { hostileModelFiles } from "../hostile-model-files.ts";

/** Milliseconds within which each file is loaded or refused, on a machine that does other work too. */
const LONGEST = 1000;

function zeros(shape: readonly number[]): Tensor {
  return { shape: [1, ...shape], data: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
}

test("4,000 model files of wrong content are loaded or refused in one line, at once", async () => {
  const fileOf = hostileModelFiles();
  let [loaded, refused] = [0, 0];
  for (let seed = 0; seed < 4_000; seed++) {
    const bytes = fileOf(seed);
    const began = performance.now();
    try {
      const made: Model<OneOrMore, OneOrMore> = await loadModel(bytes);
      loaded++;
      if (seed % 10 === 0) await made.predict([made.inputs].flat().map(({ shape }) => zeros(shape)));
    } catch (error) {
      if (!(error instanceof InputError)) throw new Error(`seed ${seed}`, { cause: error });
      expect(error.message, `seed ${seed}`).toMatch(/^(model file|predict): .*$/);
      expect(error.message.length, `seed ${seed}`).toBeLessThan(2000);
      refused++;
    }
    expect(performance.now() - began, `seed ${seed}`).toBeLessThan(LONGEST);
  }
  // Both kinds are many, or the files are too wrong or not wrong enough.
  expect(loaded).toBeGreaterThan(200);
  expect(refused).toBeGreaterThan(2000);
});
