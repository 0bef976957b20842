import { InputError } from "../../core/errors.ts";

/** Any function that takes a path, in a browser. */
export async function refuse(path: string): Promise<never> {
  throw new InputError(`"${path}": a browser cannot open files by path; give the bytes, e.g. of a chosen file`);
}
