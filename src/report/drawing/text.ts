/** About how wide a text is, in pixels: there is no browser to ask. */
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

/** The text, or as much of it as the width allows, with "…". */
export function shortened(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = [...text];
  while (kept.length > 1 && textWidth(`${kept.join("")}…`, fontSize) > width) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}
