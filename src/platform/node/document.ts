import { parseHTML } from "linkedom";

/** An empty document to draw SVG in. */
export function svgDocument(): Document {
  return parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
}
