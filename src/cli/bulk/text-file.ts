import { appendBytes, remove } from "#platform";

/** Characters that are kept before they are written. */
const KEPT = 2 ** 20;

/** A text file that is written piece by piece. */
export class TextFile {
  readonly path: string;
  private pieces: string[] = [];
  private size = 0;

  private constructor(path: string) {
    this.path = path;
  }

  /** Begins a file, in place of one at the same path. */
  static async begin(path: string): Promise<TextFile> {
    await remove(path);
    return new TextFile(path);
  }

  async add(text: string): Promise<void> {
    this.pieces.push(text);
    this.size += text.length;
    if (this.size > KEPT) await this.flush();
  }

  /** Writes what is kept. */
  async flush(): Promise<void> {
    const text = this.pieces.join("");
    [this.pieces, this.size] = [[], 0];
    await appendBytes(this.path, new TextEncoder().encode(text));
  }
}
