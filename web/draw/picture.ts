/** A picture that was pasted, dropped, chosen or photographed. It is on the pad in place of the drawing. */
import type { Picture } from "lenet5";
import { writable } from "svelte/store";
import { networks } from "../networks/networks.ts";
import { notice, show } from "../state/state.ts";

export interface OpenedPicture {
  readonly name: string;
  readonly picture: Picture;
}

export const picture = writable<OpenedPicture | undefined>(undefined);

/** The formats that can be read. A phone that is asked for these converts its own. */
export const ACCEPT = "image/png,image/jpeg,image/webp,image/gif,image/bmp";

/** A file that takes longer to send than to refuse. */
const MOST_BYTES = 200e6;

/** Opens a picture file on the pad, or says in a line why it cannot be. */
export async function openFile(file: File): Promise<void> {
  const name = file.name || "picture";
  try {
    if (file.size > MOST_BYTES)
      throw new Error(
        `${name}: expected a picture of at most 200 MB, got ${Math.round(file.size / 1e6)} MB; save it smaller`,
      );
    const bytes = new Uint8Array(await file.arrayBuffer());
    const opened = await networks.openPicture(bytes, name);
    show({ sample: "" });
    picture.set({ name, picture: opened });
  } catch (error) {
    notice.set({ text: (error as Error).message, isError: true });
  }
}

/** The first picture among what was pasted or dropped, else the first file; undefined where there is none. */
export function fileIn(data: DataTransfer | null): File | undefined {
  const files = [...(data?.files ?? [])];
  return files.find(({ type }) => type.startsWith("image/")) ?? files[0];
}
