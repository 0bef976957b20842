import * as v from "valibot";

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const endSchema = v.object({
  /** The number of the trial. */
  trial: whole,
  /** The epoch that it has trained up to. */
  epoch: whole,
});

/** The end of a rung of a trial. */
export type End = v.InferOutput<typeof endSchema>;

/** The order in which trials end, where it decides which of them go on. */
export interface Ends {
  /** The ends of earlier commands. */
  readonly past: readonly End[];
  /** Keeps a further one, before anything follows from it. @throws where it cannot be kept */
  note(end: End): void;
}
