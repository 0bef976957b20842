import { InputError } from "../../core/errors.ts";
import type { Scratch } from "../scratch.ts";

export const openScratch: Scratch["openScratch"] = async () => undefined;
export const readScratch: Scratch["readScratch"] = refuse;
export const writeScratch: Scratch["writeScratch"] = refuse;
export const readBytesNow: Scratch["readBytesNow"] = refuse;

function refuse(): never {
  throw new InputError("a browser has no folders: stream batches that the page makes itself, with an async iterable");
}
