import { createReadStream } from "node:fs";
import { InputError } from "../../core/errors.ts";
import { inputError } from "../../platform/node/system-error.ts";

/** Characters. No path is as long, so a file of longer lines is no list of paths. */
const LONGEST = 65_536;

/** The lines of a text file in UTF-8, however large it is. @throws InputError for a line of more characters */
export async function* linesOf(path: string, longest = LONGEST): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  const split = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    if (rest.length > longest) throw new InputError(`${path}: expected lines of at most ${longest} characters`);
    return lines;
  };
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 }))
      yield* split(decoder.decode(chunk as Uint8Array, { stream: true }));
    yield* split(decoder.decode());
    if (rest !== "") yield rest;
  } catch (error) {
    throw error instanceof InputError ? error : inputError("read", path, error);
  }
}
