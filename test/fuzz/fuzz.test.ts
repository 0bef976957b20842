import { expect, test } from "vitest";
import { casesOf, outcomeOf } from "./cases.ts";
import { readers } from "./readers.ts";

/** `node tools/fuzz.js --seed 15 --reader NAME` tries these cases first. */
const SEED = 15;

test.each(Object.entries(readers))("%s: damaged files give a result or an error of one line", async (name, reader) => {
  const caseOf = await casesOf(name, reader, SEED);
  const seeds = await reader.seeds();
  const count = Number(process.env.LENET5_FUZZ_CASES ?? reader.inTest);
  let refused = 0;
  for (let number = 0; number < count; number++) {
    const { kind, problem } = await outcomeOf(reader, caseOf(number), number < seeds.length);
    if (kind === "finding") expect.fail(`case ${number} of seed ${SEED}: ${problem}`);
    if (kind === "refused") refused++;
  }
  // Damage that no reader sees would test nothing.
  expect(refused).toBeGreaterThan(count / 20);
});
