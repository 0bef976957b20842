import { InputError } from "../index.ts";

/** @throws InputError for a file to write that does not end as the model files of this library */
export function checkModelEnding(command: string, out: string): void {
  if (out.toLowerCase().endsWith(".safetensors")) return;
  throw new InputError(
    `--out: ${command} writes a model file .safetensors; for other formats use lenet5 export; got "${out}"`,
  );
}
