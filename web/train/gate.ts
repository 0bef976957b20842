/** Lets a training through, holds it, or lets it through once. */
export class Gate {
  private closed = false;
  /** Lets the one that waits go on. */
  private release: (() => void) | undefined;

  get isClosed(): boolean {
    return this.closed;
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.closed = false;
    this.letOne();
  }

  /** Lets the one that waits go on; the gate stays closed for the next. */
  letOne(): void {
    this.release?.();
    this.release = undefined;
  }

  /** Resolves when the gate lets through. */
  passed(): Promise<void> {
    if (!this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.release = resolve;
    });
  }
}
