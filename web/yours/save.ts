/** Files that leave the page: into the browser's downloads. */
import { saveFile } from "../design/save-file.ts";

/** Saves bytes or a text under a name. */
export function save(name: string, content: Blob | Uint8Array | string, type = "application/octet-stream"): void {
  saveFile(name, content instanceof Blob ? content : new Blob([content as BlobPart], { type }));
}

/** An SVG as a PNG of twice its size. */
export async function pngOf(svg: string): Promise<Blob> {
  const picture = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    picture.src = address;
    await picture.decode();
    const canvas = new OffscreenCanvas(2 * picture.naturalWidth, 2 * picture.naturalHeight);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/png" });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A name for files: without what file systems refuse. */
export function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "network";
}
