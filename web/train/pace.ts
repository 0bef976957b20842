/** How fast a training goes: images a second over the last two seconds of training. */
export class Pace {
  private readonly runs: { readonly images: number; readonly time: number }[] = [];

  /** @param time milliseconds */
  add(images: number, time: number): void {
    this.runs.push({ images, time });
    while (this.runs.length > 1 && this.time - this.runs[0]!.time > 2000) this.runs.shift();
  }

  /** Images a second; undefined before the first run. */
  get imagesPerSecond(): number | undefined {
    const images = this.runs.reduce((sum, run) => sum + run.images, 0);
    return this.time > 0 ? (1000 * images) / this.time : undefined;
  }

  private get time(): number {
    return this.runs.reduce((sum, { time }) => sum + time, 0);
  }
}
