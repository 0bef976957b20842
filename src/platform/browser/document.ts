/** The page's own document. Figures only create elements in it and return them as text. */
export function svgDocument(): Document {
  return document;
}
