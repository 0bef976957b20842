/** A worker that decodes and prepares pictures: see decode-threads.ts. It has two functions of a browser's worker. */
import { joinPath, readBytesNow, readScratch, writeScratch } from "#platform";
import { InputError } from "../../core/errors.ts";
import { readPicture } from "../../pictures/formats/read-picture.ts";
import { sizeInFile } from "../../pictures/picture.ts";
import { prepared } from "../../pictures/preparation.ts";
import { hasColour } from "../choose-preparation.ts";
import { LONGEST } from "../pictures-of.ts";
import type { Reply, Request, Setup, Task } from "./messages.ts";

const scope = globalThis as unknown as {
  onmessage: (event: { data: Request }) => void;
  postMessage(reply: Reply): void;
};

let setup: Setup;

scope.onmessage = async ({ data: request }) => {
  if (request.type === "setup") setup = request.setup;
  else scope.postMessage(await reply(request.task));
};

async function reply({ indices, names, into, done, seen }: Task): Promise<Reply> {
  const { imageSize, scratch, kept } = setup;
  try {
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]!;
      const image = into.subarray(k * imageSize, (k + 1) * imageSize);
      if (scratch !== undefined && kept[index]) readScratch(scratch, image, index * imageSize);
      else {
        image.set(await decoded(names[k]!, seen?.subarray(3 * k)));
        if (scratch !== undefined && writeScratch(scratch, image, index * imageSize)) kept[index] = 1;
      }
      Atomics.store(done, 0, k + 1);
    }
    return { type: "done" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: "failed", message, isInput: error instanceof InputError };
  }
}

async function decoded(name: string, seen: Uint32Array | undefined): Promise<Uint8Array> {
  const { folder, preparation, isSizeGiven } = setup;
  const path = joinPath(folder, name);
  const picture = await readPicture(readBytesNow(path), path, { longest: LONGEST });
  const [rows, columns] = preparation.size;
  const [height, width] = sizeInFile(picture);
  if (!isSizeGiven && (height !== rows || width !== columns)) {
    throw new InputError(
      `${path}: expected ${rows}x${columns}, as the other pictures have, got ${height}x${width}; give the size to bring them to, such as size: 32`,
    );
  }
  seen?.set([height, width, preparation.channels === 1 && hasColour(picture) ? 1 : 0]);
  return prepared(picture, { ...preparation, framing: "none" }, path).data;
}

scope.postMessage({ type: "ready" });
