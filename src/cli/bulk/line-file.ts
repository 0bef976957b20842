import { appendBytes } from "#platform";

/** Characters that are kept before they are written. */
const KEPT = 2 ** 20;

/** A file of lines that is written piece by piece. */
export class LineFile {
  readonly path: string;
  private lines: string[] = [];
  private size = 0;

  /** @param path of a file that does not exist */
  constructor(path: string) {
    this.path = path;
  }

  async add(line: string): Promise<void> {
    this.lines.push(line);
    this.size += line.length;
    if (this.size > KEPT) await this.flush();
  }

  /** Writes the lines that are kept. */
  async flush(): Promise<void> {
    const text = this.lines.map((line) => `${line}\n`).join("");
    [this.lines, this.size] = [[], 0];
    await appendBytes(this.path, new TextEncoder().encode(text));
  }
}
