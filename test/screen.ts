/**
 * A terminal in memory, as most are: text wraps at the right edge, a new width wraps it anew, and what scrolls out at
 * the top cannot be reached any more. Understands \r, \n, and the escapes A, J, K and m.
 */
export class Screen {
  columns: number;
  rows: number;
  written = 0;
  private cells: { text: string[]; wraps: boolean }[] = [{ text: [], wraps: false }];
  private x = 0;
  private y = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Everything since the start, with what scrolled out. */
  get lines(): string[] {
    return this.cells.map(({ text }) =>
      Array.from(text, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
  }

  write(text: string): void {
    this.written += text.length;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape begins with one
    for (const [part, count, letter] of text.matchAll(/\u001b\[([\d;]*)([A-Za-z])|[\s\S]/g)) {
      if (letter !== undefined) this.obey(letter, count!);
      else if (part === "\r") this.x = 0;
      else if (part === "\n") this.feed(false);
      else this.put(part);
    }
  }

  resize(columns: number, rows = this.rows): void {
    const before = this.cells;
    const cursor = { x: this.x, y: this.y };
    this.columns = columns;
    this.rows = rows;
    this.cells = [];
    for (let y = 0; y < before.length; y++) {
      const line: string[] = [];
      let at: number | undefined;
      for (; ; y++) {
        if (y === cursor.y) at = line.length + cursor.x;
        line.push(...before[y]!.text);
        if (!before[y]!.wraps) break;
      }
      const first = this.cells.length;
      do this.cells.push({ text: line.splice(0, columns), wraps: line.length > 0 });
      while (line.length > 0);
      if (at === undefined) continue;
      this.y = Math.min(first + Math.floor(at / columns), this.cells.length - 1);
      this.x = at - (this.y - first) * columns;
    }
  }

  private put(character: string): void {
    if (this.x >= this.columns) this.feed(true);
    const { text } = this.cells[this.y]!;
    while (text.length < this.x) text.push(" ");
    text[this.x++] = character;
  }

  private feed(wraps: boolean): void {
    this.cells[this.y]!.wraps = wraps;
    this.x = 0;
    this.y++;
    if (this.y === this.cells.length) this.cells.push({ text: [], wraps: false });
  }

  private obey(letter: string, count: string): void {
    const top = Math.max(0, this.cells.length - this.rows);
    const line = this.cells[this.y]!;
    if (letter === "A") this.y = Math.max(top, this.y - Math.max(1, Number(count)));
    else if (letter === "K" || letter === "J") {
      line.text.length = Math.min(line.text.length, this.x);
      line.wraps = false;
      if (letter === "J")
        for (const below of this.cells.slice(this.y + 1)) Object.assign(below, { text: [], wraps: false });
    } else if (letter !== "m") throw new Error(`unexpected escape ${letter}`);
  }
}
