import { InputError, listed } from "../../core/errors.ts";
import { visible } from "../../core/visible.ts";
import { PickleObject } from "../../formats/pickle.ts";
import { TorchTensor } from "../../formats/torch/tensor.ts";
import type { NamedTensor } from "../mapping/named-tensor.ts";
import { numpyTensor } from "./numpy-tensor.ts";

/** The weights in a file of PyTorch. */
export interface StateDict {
  readonly tensors: readonly NamedTensor[];
  /** What was taken of a checkpoint, and what was left out. */
  readonly notes: readonly string[];
}

/** Keys of checkpoints under which people keep the weights. */
const usualKeys = [
  "state_dict",
  "model_state_dict",
  "model_state",
  "model",
  "net",
  "network",
  "params",
  "weights",
  "module",
];

/** Keys of what is not the network. */
const otherKeys = /optim|sched|scaler|ema$|^ema|criterion|loss|hist|log/i;

const MAX_DEPTH = 64;
const MAX_VALUES = 200_000;

/**
 * The weights in the content of a file: a state_dict, one within a checkpoint, a TorchScript module, a list of tensors, or
 * dicts of dicts, whose tensors are then named by their paths.
 * @throws InputError for a file without tensors
 */
export function stateDictOf(value: unknown, file: string): StateDict {
  const notes: string[] = [];
  let found: unknown = value;
  const holds = holdsTensors(file);
  if (Array.isArray(found) && !hasTensors([found])) found = found.find((each) => each instanceof Map && holds(each));
  for (let depth = 0; depth < 4; depth++) {
    const inner = partOf(found, holds);
    if (!inner) break;
    found = inner.value;
    notes.push(
      `Taken of the checkpoint: "${inner.key}"${inner.others.length > 0 ? `; left out: ${listed(inner.others.slice(0, 8), "and")}` : ""}.`,
    );
  }
  const tensors = tensorsIn(found, file);
  if (tensors.length === 0) {
    throw new InputError(
      `${file}: expected a state_dict, a dict of tensors, got none in the file: write torch.save(model.state_dict(), path)`,
    );
  }
  return { tensors, notes };
}

/** The part of a checkpoint that holds the weights; undefined where the value is the weights itself. */
function partOf(
  value: unknown,
  holds: (value: unknown) => boolean,
): { key: string; value: unknown; others: string[] } | undefined {
  if (!(value instanceof Map) || hasTensors(value.values())) return undefined;
  const parts = [...value].filter(([, each]) => holds(each));
  const candidates = parts.filter(([key]) => !otherKeys.test(keyText(key)));
  const chosen = usualKeys.map((key) => candidates.find(([name]) => name === key)).find((each) => each !== undefined);
  const only = chosen ?? (candidates.length === 1 && parts.length > 1 ? candidates[0] : undefined);
  if (!only) return undefined;
  const others = [...value.keys()].filter((key) => key !== only[0]).map((key) => keyText(key));
  return { key: keyText(only[0]), value: only[1], others };
}

function isContainer(value: unknown): boolean {
  return value instanceof Map || Array.isArray(value) || value instanceof PickleObject;
}

function hasTensors(values: Iterable<unknown>): boolean {
  for (const value of values) if (value instanceof TorchTensor || numpyTensor(value)) return true;
  return false;
}

/** Whether there are tensors in a value. Each container is looked into once, whatever refers to it. */
function holdsTensors(file: string): (value: unknown) => boolean {
  const known = new Map<unknown, boolean>();
  const holds = (value: unknown, depth: number): boolean => {
    if (value instanceof TorchTensor || numpyTensor(value)) return true;
    if (!isContainer(value)) return false;
    checkDepth(file, depth);
    const found = known.get(value);
    if (found !== undefined) return found;
    known.set(value, false); // where it contains itself
    const items = value instanceof PickleObject ? [value.state] : (value as Map<unknown, unknown> | unknown[]).values();
    let has = false;
    for (const item of items) has = holds(item, depth + 1) || has;
    known.set(value, has);
    return has;
  };
  return (value) => holds(value, 0);
}

function checkDepth(file: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new InputError(`${file}: expected at most ${MAX_DEPTH} dicts within each other`);
}

/** All tensors in a value, by their paths. */
function tensorsIn(root: unknown, file: string): NamedTensor[] {
  const tensors: NamedTensor[] = [];
  const seen = new Set<unknown>();
  let count = 0;
  const visit = (value: unknown, path: readonly string[], depth: number): void => {
    if (++count > MAX_VALUES) throw new InputError(`${file}: expected at most ${MAX_VALUES} values in its dicts`);
    if (value instanceof TorchTensor) {
      const { shape, storage } = value;
      tensors.push({ name: path.join("."), shape, type: storage.type.name, values: () => value.values() });
      return;
    }
    const array = numpyTensor(value);
    if (array) {
      tensors.push({ name: path.join("."), ...array });
      return;
    }
    if (!isContainer(value) || seen.has(value)) return;
    checkDepth(file, depth);
    seen.add(value);
    if (value instanceof PickleObject) {
      visit(value.state, path, depth + 1);
      return;
    }
    const items: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : namedItems(value as unknown[]);
    for (const [key, item] of items) visit(item, [...path, keyText(key)], depth + 1);
  };
  visit(root, [], 0);
  return tensors;
}

/** The items of a list by their index, or by their names where it has pairs of a name and a tensor. */
function namedItems(list: readonly unknown[]): (readonly [unknown, unknown])[] {
  return list.map((item, i) =>
    Array.isArray(item) && item.length === 2 && typeof item[0] === "string"
      ? ([item[0], item[1]] as const)
      : ([i, item] as const),
  );
}

/** A key as a part of a name: in one line, and not endless, as a tuple of tuples may be. */
function keyText(key: unknown): string {
  return typeof key === "object" && key !== null ? "(tuple)" : visible(String(key)).slice(0, 200);
}
