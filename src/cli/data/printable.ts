/**
 * A text from a file, such as the name of a class, as a terminal may show it: characters that would move the cursor, change
 * colours or turn the direction of writing become U+FFFD.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/** The text in rows of at most `columns` characters, broken at spaces where there are any; later rows are indented. */
export function wrapped(text: string, columns: number): string[] {
  const indent = /^ */.exec(text)![0];
  const rows: string[] = [];
  let row = indent;
  for (const word of text.slice(indent.length).split(" ")) {
    const next = row.trim() === "" ? row + word : `${row} ${word}`;
    if ([...next].length <= columns) {
      row = next;
      continue;
    }
    if (row.trim() !== "") rows.push(row);
    const letters = [...`${indent}  ${word}`];
    while (letters.length > columns) rows.push(letters.splice(0, columns, ...`${indent}  `).join(""));
    row = letters.join("");
  }
  return [...rows, row];
}

/** The text in at most `columns` characters, with "…" where it is cut. */
export function cut(text: string, columns: number): string {
  const letters = [...text];
  return letters.length <= columns ? text : `${letters.slice(0, columns - 1).join("")}…`;
}
