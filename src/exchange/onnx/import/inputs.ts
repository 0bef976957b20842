import { InputError, shown } from "../../../core/errors.ts";
import type { Shape } from "../../../core/tensor.ts";
import type { ValueInfoProto } from "../../../formats/onnx/schema.ts";
import { elementType, typeName } from "../../../formats/onnx/tensor.ts";
import { input } from "../../../layers/input.ts";
import type { NeededGraph } from "./graph.ts";
import { legalName } from "./names.ts";
import type { Network } from "./network.ts";
import { type Activation, type Axes, BATCH, type Factor } from "./value.ts";

/** Of an axis. */
const MAX_SIZE = 2 ** 16;
/** Of an image. */
const MAX_NUMBERS = 2 ** 26;

/** An input of the graph, as the model has it. */
export interface GivenInput {
  readonly value: Activation;
  /** The number of images that the file is made for; undefined for any number. */
  readonly batch: number | undefined;
  /** Which axes of ONNX, without the images, are those of the model's input, where they are others: channels first. */
  readonly isChannelsLast: boolean;
}

/**
 * An input of the model, channels last.
 * @param asked its shape, channels last, where the file leaves it open
 * @throws InputError for a shape that is open, and for another type than a tensor of numbers
 */
export function inputOf(
  file: string,
  info: ValueInfoProto,
  graph: Pick<NeededGraph, "nodes">,
  asked: Shape | undefined,
  network: Network,
): GivenInput {
  const where = `${file}: input ${JSON.stringify(info.name.slice(0, 80))}`;
  const given = info.type?.value;
  if (given?.case !== "tensorType")
    throw new InputError(`${where}: expected a tensor, got ${given?.case ?? "no type"}`);
  const type = elementType(given.value.elemType);
  if (type === undefined) throw new InputError(`${where}: expected numbers, got ${typeName(given.value.elemType)}`);
  const dims = (given.value.shape?.dim ?? []).map(({ value }) =>
    value.case === "dimValue" && value.value > 0n ? Number(value.value) : undefined,
  );
  const name = network.unique(legalName(info.name) || "input");
  const [batch, ...rest] = dims;
  if (dims.length > 4) throw new InputError(`${where}: expected images, got ${dims.length} axes`);
  if (dims.length === 0 && asked === undefined)
    throw new InputError(`${where}: its shape is not in the file: give the option inputShape, such as [28, 28, 1]`);
  // A file for one image may have no axis of the images.
  if (dims.length === 1 && batch !== undefined)
    return { value: vector(name, batch, type, true), batch: 1, isChannelsLast: true };
  if (dims.length === 2 && batch !== undefined && batch > 1 && batch === rest[0])
    return { ...image(name, [undefined, batch, batch], type, true, undefined), batch: 1 };
  const open = rest.some((size) => size === undefined) || dims.length === 0;
  if (open && asked === undefined)
    throw new InputError(
      `${where}: the file leaves its size open, [${dims.map((size) => size ?? "?").join(", ")}]: give the option inputShape, such as [28, 28, 1]`,
    );
  const channelsLast = dims.length === 4 && isChannelsLast(info, rest, graph);
  const sizes = asked === undefined ? rest : ofAsked(where, asked, dims, channelsLast);
  const wrong = sizes.find((size) => size! > MAX_SIZE);
  if (wrong !== undefined) throw new InputError(`${where}: expected sizes up to ${MAX_SIZE}, got ${shown(wrong)}`);
  if (sizes.reduce<number>((product, size) => product * size!, 1) > MAX_NUMBERS)
    throw new InputError(`${where}: expected at most ${MAX_NUMBERS} numbers, got [${sizes.join(", ")}]`);
  if (sizes.length === 0) throw new InputError(`${where}: expected images or vectors, got one axis of an open size`);
  if (sizes.length === 1) return { value: vector(name, sizes[0]!, type, false), batch, isChannelsLast: true };
  const ofImage = sizes.length === 2 ? [undefined, ...sizes] : sizes;
  return { ...image(name, ofImage, type, false, channelsLast), batch };
}

/** The sizes in the order of the file. */
function ofAsked(
  where: string,
  asked: Shape,
  dims: readonly (number | undefined)[],
  channelsLast: boolean,
): readonly number[] {
  const [rows, columns, channels] = asked;
  const inOrder = asked.length === 3 && !channelsLast ? [channels!, rows!, columns!] : asked;
  const sizes = dims.length === 3 && channels === 1 ? [rows!, columns!] : inOrder;
  const fits =
    dims.length === 0 || (sizes.length === dims.length - 1 && sizes.every((size, i) => (dims[i + 1] ?? size) === size));
  if (fits) return sizes;
  throw new InputError(
    `${where}: expected an inputShape that fits [${dims.map((size) => size ?? "?").join(", ")}], got [${asked.join(", ")}]`,
  );
}

/** Whether the file has the channels last: its first node says so, or there are few of them. */
function isChannelsLast(
  { name, docString }: ValueInfoProto,
  [first, , last]: readonly (number | undefined)[],
  { nodes }: Pick<NeededGraph, "nodes">,
): boolean {
  if (docString.startsWith("[N, rows, columns, channels]")) return true; // as this library writes it
  const reader = nodes.find((node) => node.input.includes(name));
  const perm = reader?.opType === "Transpose" ? reader.attribute.find((each) => each.name === "perm")?.ints : undefined;
  if (perm?.join() === "0,3,1,2") return true;
  return last !== undefined && last <= 4 && (first === undefined || first > 4);
}

type ElementType = Activation["type"];

function vector(name: string, size: number, type: ElementType, isAlone: boolean): Activation {
  const factors = factorsOf(size);
  return {
    kind: "activation",
    tensor: input({ shape: [size], name }),
    order: factors,
    axes: isAlone ? [[BATCH, ...factors]] : [[BATCH], factors],
    type,
    isOnlyUse: true,
  };
}

/** @param sizes [channels, rows, columns], or channels last; of two axes, the channels are undefined */
function image(
  name: string,
  sizes: readonly (number | undefined)[],
  type: ElementType,
  isAlone: boolean,
  channelsLast: boolean | undefined,
): Pick<GivenInput, "value" | "isChannelsLast"> {
  const [first, second, third] = sizes;
  const [rows, columns, channels] = (channelsLast ? [first!, second!, third!] : [second!, third!, first ?? 1]) as [
    number,
    number,
    number,
  ];
  const [H, W, C] = [rows, columns, channels].map(factorsOf) as [Factor[], Factor[], Factor[]];
  const batch = [BATCH];
  const axes: Axes =
    first === undefined
      ? isAlone
        ? [[BATCH, ...H], W]
        : [batch, H, W]
      : channelsLast
        ? [batch, H, W, C]
        : [batch, C, H, W];
  const value: Activation = {
    kind: "activation",
    tensor: input({ shape: [rows, columns, channels], name }),
    order: [...H, ...W, ...C],
    axes,
    type,
    isOnlyUse: true,
  };
  return { value, isChannelsLast: channelsLast ?? false };
}

function factorsOf(size: number): Factor[] {
  return size === 1 ? [] : [{ size }];
}
