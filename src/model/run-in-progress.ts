/** A run of batches in progress, and the work that has to wait for its end. */
export class RunInProgress {
  private over: Promise<void> | undefined;
  private settle = () => {};

  begin(): void {
    this.over = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** The run is over, and its batches are counted; or it has failed. */
  end(): void {
    this.over = undefined;
    this.settle();
  }

  /** Does the work at once, or where a run is in progress right after it: before the next one begins. */
  after<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.over ? this.over.then(work) : work();
  }
}
