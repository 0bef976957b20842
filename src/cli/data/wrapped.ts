import { columnsOf } from "../../core/columns.ts";

/** The text in rows of at most `columns` columns, broken at spaces where there are any; later rows are indented. */
export function wrapped(text: string, columns: number): string[] {
  const indent = /^ */.exec(text)![0];
  const rows: string[] = [];
  let [row, used, isNew] = [indent, indent.length, true];
  const add = (piece: string, width: number) => {
    row += piece;
    used += width;
    isNew = false;
  };
  const feed = () => {
    rows.push(row);
    [row, used, isNew] = [`${indent}  `, indent.length + 2, true];
  };
  for (const word of text.slice(indent.length).split(" ")) {
    const piece = isNew ? word : ` ${word}`;
    const width = columnsOf(piece);
    if (used + width <= columns) {
      add(piece, width);
      continue;
    }
    if (!isNew) feed();
    for (const letter of word) {
      const own = columnsOf(letter);
      if (used + own > columns && !isNew) feed();
      add(letter, own);
    }
  }
  return [...rows, row];
}
