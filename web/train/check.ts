/** Settings that cannot work are refused in one line, before any work. */
import type { TrainSettings } from "../state/train-settings.ts";
import { textRows } from "./layers.ts";

const choices = {
  network: ["article", "full", "modern", "1998", "own"],
  data: ["digits", "mnist", "yours"],
  augment: ["", "none", "distortions", "elastic"],
} as const;

/** The most that a page takes on. */
const limits = {
  batchSize: [0, 4096],
  epochs: [0, 1000],
  seed: [0, 4294967295],
  threads: [0, 64],
  images: [0, 1_000_000],
  until: [0, 100_000_000],
} as const;

/** The optimizers of the library, in the order in which they are offered. */
export const optimizers = [
  "sgd",
  "adam",
  "adamW",
  "nadam",
  "adamax",
  "lion",
  "rmsprop",
  "adagrad",
  "adadelta",
  "sdlm",
] as const;

/** Schedules of the learning rate, by how the page makes them from one rate and the number of batches. */
export const schedules = ["constant", "oneCycle", "cosineDecay", "stepDecay"] as const;

/** The line that says what is wrong; undefined where nothing is. */
export function faultOf(settings: TrainSettings): string | undefined {
  for (const [name, known] of Object.entries(choices)) {
    const given = settings[name as keyof typeof choices];
    if (!(known as readonly string[]).includes(given))
      return `Expected ${name} ${known.filter(Boolean).join(", ")}, got "${given}".`;
  }
  for (const [name, [least, most]] of Object.entries(limits)) {
    const given = settings[name as keyof typeof limits];
    if (!Number.isInteger(given) || given < least || given > most)
      return `Expected ${name} from ${least} to ${most.toLocaleString("en-US")}, got ${given}.`;
  }
  return numbersFault(settings) ?? combinationFault(settings);
}

function numbersFault({ optimizer, learningRate, schedule, validation, more }: TrainSettings): string | undefined {
  if (optimizer !== "" && !(optimizers as readonly string[]).includes(optimizer))
    return `Expected an optimizer of ${optimizers.join(", ")}, got "${optimizer}".`;
  if (schedule !== "" && !(schedules as readonly string[]).includes(schedule))
    return `Expected a schedule of ${schedules.join(", ")}, got "${schedule}".`;
  if (learningRate !== "" && !(Number(learningRate) > 0 && Number(learningRate) <= 100))
    return `Expected a learning rate above 0, such as 0.01, got "${learningRate}".`;
  if (validation !== "" && !(Number(validation) >= 0 && Number(validation) < 1))
    return `Expected a share for validation from 0 to below 1, such as 0.1, got "${validation}".`;
  try {
    roundsOf(more);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

function combinationFault({ network, layers, learningRate, schedule, more, until }: TrainSettings): string | undefined {
  if (network === "own") {
    if (layers.trim() === "") return "The own network has no layers: add one, or choose another network.";
    try {
      textRows(layers);
    } catch (error) {
      return (error as Error).message;
    }
  }
  if (schedule !== "" && learningRate === "") return "The schedule needs a learning rate beside it: give one.";
  if (more !== "" && until > 0) return "Training was stopped early: there is no epoch to go on from.";
  return undefined;
}

/** Epochs after the planned ones, in order. */
export interface Round {
  readonly epochs: number;
  /** A constant rate; undefined: as it stands. */
  readonly learningRate: number | undefined;
}

/** @throws Error for a text that names no epochs */
export function roundsOf(more: string): Round[] {
  return more
    .split(" ")
    .filter(Boolean)
    .map((round) => {
      const [, epochs, , rate] = /^(\d{1,3})(@(\d*\.?\d+(e-?\d+)?))?$/.exec(round) ?? [];
      if (!(Number(epochs) > 0)) throw new Error(`Expected more epochs such as 4 or 4@0.01, got "${round}".`);
      return { epochs: Number(epochs), learningRate: rate === undefined ? undefined : Number(rate) };
    });
}
