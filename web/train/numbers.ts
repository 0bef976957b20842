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

const steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The next short number that is at least a value: 0.15, 2, 30. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = steps.find((one) => one * power >= value * (1 - 1e-12)) ?? 10;
  return Number((step * power).toPrecision(2));
}
