import type { Preparation } from "../pictures/preparation.ts";

/**
 * What a file takes whose network does not prepare pictures itself: a sentence for its notes.
 * @param isOptional whether the export can put scale and padding into the file
 */
export function preparationNote(preparation: Preparation, isOptional: boolean): string {
  const unless = isOptional ? ", unless the file is written with the preparation" : "";
  return `The file takes prepared images: ${preparedText(preparation)}. ${outsideText(preparation)}, and so do scale and padding${unless}.`;
}

/** What no file does. */
export function outsideText({ framing }: Preparation): string {
  return `${framing === "mnist" ? "Finding and centring the ink of a digit" : "Bringing pictures to that size"} stays outside`;
}

/** `28x28 bytes divided by 255, with 2 rows and columns of 0 on each side` */
export function preparedText({ size: [rows, columns], padding, scale }: Preparation): string {
  const divisor = Math.round(1 / scale);
  const isDivided = Math.abs(divisor * scale - 1) < 1e-6;
  const scaled = scale === 1 ? "" : isDivided ? ` divided by ${divisor}` : ` times ${scale}`;
  return `${rows}x${columns} bytes${scaled}${padding > 0 ? `, with ${padding} rows and columns of 0 on each side` : ""}`;
}
