/** What the network is given, and where it comes from: stores that areas share. */
import type { Picture, PreparationStep, Tensor } from "lenet5";
import { writable } from "svelte/store";
import type { DataId } from "./data.ts";

/** The test image in place of a drawing. */
export interface Sample {
  readonly data: DataId;
  /** Its number, from 0. */
  readonly index: number;
  /** The number of test images. */
  readonly count: number;
  /** Its true class. */
  readonly label: number;
  /** The names of the data's classes. */
  readonly classNames: readonly string[];
}

/** The test image that `view.sample` names, once it is there; undefined where a drawing or a picture is read. */
export const sample = writable<Sample | undefined>(undefined);

/** The steps from the drawing or the picture to the network's input; none for an empty pad and for a test image. */
export const steps = writable<readonly PreparationStep[]>([]);

/** The picture behind an input, for a network that prepares it otherwise; an input that is not in it has none. */
export const prepared = writable<{ readonly picture: Picture; readonly input: Tensor } | undefined>(undefined);

/** The sample as the address has it: `digits.12`. */
export function sampleText({ data, index }: Pick<Sample, "data" | "index">): string {
  return `${data}.${index}`;
}

/** Reads a sample from the address; undefined for a text that is none. */
export function textSample(text: string): Pick<Sample, "data" | "index"> | undefined {
  const [, data, index] = /^(digits|mnist|yours)\.(\d{1,7})$/.exec(text) ?? [];
  return data === undefined ? undefined : { data: data as DataId, index: Number(index) };
}
