/** Estimated width of a text in pixels; without a browser it cannot be measured. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text)
    ems += /[\p{M}\p{Cf}]/u.test(character)
      ? 0
      : /[ilj.,:;|'!I1 ]/.test(character)
        ? 0.4
        : /[mwMW%@→]/.test(character)
          ? 0.95
          : character > "\u2e80"
            ? 1
            : 0.6;
  return ems * fontSize;
}

/** The text, cut to the width with "…" at its end. */
export function shortened(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let [kept, used] = ["", textWidth("…", fontSize)];
  for (const character of text) {
    used += textWidth(character, fontSize);
    // Marks take no width.
    if (kept !== "" && (used > width || kept.length > width)) break;
    kept += character;
  }
  return `${kept}…`;
}
