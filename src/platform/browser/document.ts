/** The page's own document: what is drawn is only handed out as text. */
export function svgDocument(): Document {
  return document;
}
