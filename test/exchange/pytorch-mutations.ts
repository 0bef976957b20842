import { readFile } from "node:fs/promises";
import { unzipSync, zipSync } from "fflate";
import { expect } from "vitest";
import { InputError } from "../../src/core/errors.ts";
import { importPytorch, importSafetensors } from "../../src/exchange.ts";
import { mutations } from "./mutations.ts";
import { usual } from "./pytorch-networks.ts";

const folder = new URL("files/pytorch/", import.meta.url);
const file = async (name: string) => new Uint8Array(await readFile(new URL(name, folder)));

const whole = [
  "state-dict-0.1.tar",
  "state-dict-legacy.pth",
  "state-dict.pt",
  "script-1.0.pt",
  "numpy.pkl",
  "pickled.pkl",
];
const archives = ["checkpoint.tar", "script.pt", "views.pt", "script-1.2.pt"];

/**
 * Damages files of PyTorch and safetensors `count` times each; in zip files also the pickle inside, with a right checksum.
 * Each must give a model, or an InputError of one line.
 */
export async function tryMutations(count: number): Promise<void> {
  const network = usual();
  for (const [seed, name] of whole.entries()) {
    for (const bytes of mutations(await file(name), { count, seed }))
      await expectModelOrInputError(() => importPytorch(bytes, { network }));
  }
  for (const bytes of mutations(await file("state-dict.safetensors"), { count, seed: 50 }))
    await expectModelOrInputError(() => importSafetensors(bytes, { network }));
  for (const [i, name] of archives.entries()) {
    const files = unzipSync(await file(name));
    const inner = Object.keys(files).find((each) => /(^|\/)(data\.pkl|model\.json)$/.test(each))!;
    for (const bytes of mutations(files[inner]!, { count, seed: 100 + i })) {
      const changed = zipSync({ ...files, [inner]: bytes }, { level: 0 });
      await expectModelOrInputError(() => importPytorch(changed, { network }));
    }
  }
}

async function expectModelOrInputError(read: () => Promise<unknown>): Promise<void> {
  const error = await read().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return;
  if (!(error instanceof InputError)) throw error;
  expect(error.message).not.toMatch(/[\n\r]/);
}
