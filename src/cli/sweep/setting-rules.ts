import { Command, type Option } from "commander";
import { InputError, shown } from "../../core/errors.ts";
import type { SettingRule, SettingRules, Settings, Value } from "../../sweep/settings.ts";
import { trainCommand } from "../commands/train.ts";
import type { TrainOptions } from "../train/training.ts";

const ownFolders = "a sweep has folders of its own: leave it out";
const manyRuns = "expected for one training, not for a sweep: leave it out";

/** What a sweep does with each option of `lenet5 train`. */
const roles: {
  readonly [Name in keyof Required<Omit<TrainOptions, "mnist" | "fold">>]:
    | SettingRule["kind"]
    | { readonly refused: string };
} = {
  network: "other",
  data: "other",
  recipe: "other",
  epochs: "whole",
  batchSize: "whole",
  optimizer: "other",
  learningRate: "number",
  augment: "other",
  flip: "other",
  seed: "whole",
  numerics: "other",
  validationSplit: "number",
  stream: "other",
  checkpointSeconds: "number",
  size: "other",
  channels: "other",
  fit: "other",
  testSplit: "number",
  splitSeed: "whole",
  transpose: "other",
  layout: "other",
  labelColumn: "other",
  maxBytes: "whole",
  scale: "number",
  offset: "number",
  invert: "other",
  pad: "whole",
  padAfter: "whole",
  grey: "other",
  threads: { refused: "each training gets its share of the cores: give --jobs" },
  out: { refused: ownFolders },
  resume: { refused: ownFolders },
  tensorboard: { refused: manyRuns },
  log: { refused: manyRuns },
  json: { refused: manyRuns },
};

/** The reason why a setting has the same value in all trials, where it has. */
const fixed: { readonly [Name in keyof typeof roles]?: string } = {
  seed: "expected in train: with seeds in measure, each trial is trained with several",
  data: "expected in train: accuracies on different data cannot be compared",
  stream: "expected in train: it changes no result",
  validationSplit: "expected in train: accuracies on different images cannot be compared",
  testSplit: "expected in train: accuracies on different images cannot be compared",
  splitSeed: "expected in train: accuracies on different images cannot be compared",
};

/** The options of `lenet5 train` as the command line declares them, by their names without dashes. */
function options(): ReadonlyMap<string, Option> {
  const program = new Command();
  trainCommand(program);
  const known = program.commands[0]!.options.filter(
    (each) => !each.negate && Object.hasOwn(roles, each.attributeName()),
  );
  return new Map(known.map((each) => [nameOf(each), each]));
}

const nameOf = ({ long }: Option) => long!.slice(2);

/** What a sweep may set. */
export function settingRules(): SettingRules {
  return Object.fromEntries(
    [...options()].map(([name, option]) => {
      const attribute = option.attributeName() as keyof typeof roles;
      const role = roles[attribute];
      if (typeof role === "object") return [name, role];
      return [
        name,
        {
          kind: role,
          ...(fixed[attribute] !== undefined && { fixed: fixed[attribute] }),
          check: (value, at) => void parsed(option, value, at),
        },
      ];
    }),
  );
}

/** Settings as options of `lenet5 train`. @throws InputError for a value that an option does not take */
export function trainOptionsOf(settings: Settings): TrainOptions {
  const known = options();
  const entries = Object.entries(settings).map(([name, value]) => {
    const option = known.get(name);
    if (!option) throw new InputError(`expected an option of lenet5 train, got ${shown(name)}`);
    return [option.attributeName(), parsed(option, value, `--${name}`)];
  });
  return Object.fromEntries(entries);
}

/** Settings as words of a command line: `--epochs 3 --no-transpose`. */
export function wordsOf(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (value === true) return [`--${name}`];
    if (value === false) return name === "transpose" ? ["--no-transpose"] : [];
    return [`--${name}`, String(value)];
  });
}

/** The value as the command line reads it. */
function parsed(option: Option, value: Value, at: string): unknown {
  if (option.isBoolean()) {
    if (typeof value === "boolean") return value || option.attributeName() === "transpose" ? value : undefined;
    throw new InputError(`${at}: expected true or false, got ${shown(value)}`);
  }
  if (typeof value === "boolean") throw new InputError(`${at}: expected a value, got ${value}`);
  try {
    return option.parseArg ? option.parseArg(String(value), undefined) : String(value);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message.replace(/^--[\w-]+/, at), { cause: error });
  }
}
