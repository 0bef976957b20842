/** Numbers of a training as texts. */

/** `12,345` */
export function counted(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Seconds as people say them: `40 s`, `3 min`. It changes in steps, so that it can be read. */
export function timeText(seconds: number): string {
  if (seconds < 10) return `${Math.ceil(seconds)} s`;
  if (seconds < 90) return `${5 * Math.ceil(seconds / 5)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}

/** The smallest of 1, 2, 5, 10, ... and its tenths that is at least a value. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-12)) ?? 10);
}
