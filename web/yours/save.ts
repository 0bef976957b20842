/** Files that leave the page: into the browser's downloads. */
import { saveFile } from "../design/save-file.ts";

/** Saves bytes or a text under a name. */
export function save(name: string, content: Blob | Uint8Array | string, type = "application/octet-stream"): void {
  saveFile(name, content instanceof Blob ? content : new Blob([content as BlobPart], { type }));
}

/** A name for files: without what file systems refuse. */
export function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "network";
}
