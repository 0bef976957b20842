/** Texts in the columns of a terminal. */

/** Marks on the letter before, and format characters such as the zero width joiner. */
const NO_COLUMN = /[\p{M}\p{Cf}]/u;
/** Unicode's wide and full-width characters (UAX #11), and emoji. */
const TWO_COLUMNS =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** A letter has few marks: a text of marks alone would be as long as it likes in no column. */
const MAX_PER_COLUMN = 4;

/** The columns that a text takes in most terminals. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += NO_COLUMN.test(character) ? 0 : TWO_COLUMNS.test(character) ? 2 : 1;
  return columns;
}

/** The text in at most `columns` columns, with "…" where it is cut. */
export function cut(text: string, columns: number): string {
  if (text.length <= MAX_PER_COLUMN * columns && columnsOf(text) <= columns) return text;
  let [kept, used] = ["", 0];
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns - 1 || kept.length >= MAX_PER_COLUMN * columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text with spaces behind it. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** The text with spaces before it. */
export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - columnsOf(text))) + text;
}

/** The widest of some texts, in columns. */
export function widest(texts: Iterable<string>): number {
  let most = 0;
  for (const text of texts) most = Math.max(most, columnsOf(text));
  return most;
}
