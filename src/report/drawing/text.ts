/** Estimated width of a text in pixels; without a browser it cannot be measured. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text)
    ems += /[ilj.,:;|'!I1 ]/.test(character)
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
  let kept = [...text];
  while (kept.length > 1 && textWidth(`${kept.join("")}…`, fontSize) > width) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}
