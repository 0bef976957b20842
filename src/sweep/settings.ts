/** Settings of a trial: options of `lenet5 train` by their names on the command line, without the dashes. */
export type Settings = Readonly<Record<string, Value>>;

/** The value of a setting. */
export type Value = string | number | boolean;

/** What a sweep has to know of an option of `lenet5 train`. */
export interface SettingRule {
  /** Whether it takes whole numbers, any numbers, or something else: only numbers have ranges. */
  readonly kind: "whole" | "number" | "other";
  /** Whether it may vary: a reason why not. */
  readonly fixed?: string;
  /** @throws InputError for a value that the option does not take; `at` is its place in the file */
  check(value: Value, at: string): void;
}

/** The options by name; of one that a sweep does not take, the reason. */
export type SettingRules = Readonly<Record<string, SettingRule | { readonly refused: string }>>;
