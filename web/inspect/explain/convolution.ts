/** Convolutions: windows of the incoming maps times kernels, a bias, and the activation. */
import { seenChannels } from "../../networks/links.ts";
import { type Explanation, type Line, type Part, sumOf, type Window } from "./explanation.ts";
import { axesOf, type Given, type Place } from "./given.ts";
import { squashed } from "./squashing.ts";

/** The windows that a map of a position is the sum of. */
type WindowsOf = (place: Place) => readonly Window[];

/** The kernel is [rows, columns, channels of a group, maps]. */
export function convolution(given: Given): Explanation {
  const kernel = given.weight("kernel")!;
  const [, width, channels, maps] = kernel.shape as readonly [number, number, number, number];
  const seen = seenChannels(given.config, given.sources[0]!.size[2], given.size[2]);
  return explained(given, (place) =>
    seen(place[2]).map((channel) =>
      windowOf(given, place, channel, (row, column) => {
        const at = (row * width + column) * channels + (channel % channels);
        return kernel.data[at * maps + place[2]]!;
      }),
    ),
  );
}

/** Each channel by itself. The kernel is [rows, columns, channels, maps of each]. */
export function depthwise(given: Given): Explanation {
  const multiplier = given.config.depthMultiplier as number;
  return explained(given, (place) => {
    const [channel, map] = [Math.floor(place[2] / multiplier), place[2] % multiplier];
    return [depthwiseWindow(given, "kernel", place, channel, map)];
  });
}

/** Each channel by itself, then the sum of these, each times a number: the pointwise kernel, [1, 1, inner maps, maps]. */
export function separable(given: Given): Explanation {
  const multiplier = given.config.depthMultiplier as number;
  const pointwise = given.weight("pointwise_kernel")!;
  const [, , inner, maps] = pointwise.shape as readonly [number, number, number, number];
  return explained(given, (place) =>
    Array.from({ length: inner }, (_, i) => ({
      ...depthwiseWindow(given, "depthwise_kernel", place, Math.floor(i / multiplier), i % multiplier),
      factor: pointwise.data[i * maps + place[2]]!,
    })),
  );
}

/** The kernel is [rows, columns, maps, channels]; taps that no incoming number meets are left out. */
export function transposedConvolution(given: Given): Explanation {
  const kernel = given.weight("kernel")!;
  const [, width, maps, channels] = kernel.shape as readonly [number, number, number, number];
  return explained(given, (place) =>
    Array.from({ length: channels }, (_, channel) =>
      windowOf(
        given,
        place,
        channel,
        (row, column) => kernel.data[((row * width + column) * maps + place[2]) * channels + channel]!,
        true,
      ),
    ),
  );
}

function depthwiseWindow(given: Given, weight: string, place: Place, channel: number, map: number): Window {
  const kernel = given.weight(weight)!;
  const [, width, channels, multiplier] = kernel.shape as readonly [number, number, number, number];
  return windowOf(
    given,
    place,
    channel,
    (row, column) => kernel.data[((row * width + column) * channels + channel) * multiplier + map]!,
  );
}

/** A window of a channel times a kernel. */
function windowOf(
  given: Given,
  [row, column]: Place,
  channel: number,
  kernelAt: (row: number, column: number) => number,
  insideOnly = false,
): Window {
  const source = given.sources[0]!;
  const [rowsOf, columnsOf] = axesOf(source);
  const inside = (size: number) => (at: { place: number }) => !insideOnly || (at.place >= 0 && at.place < size);
  const taps = (places: readonly number[]) => places.map((place, tap) => ({ place, tap }));
  const rows = taps(rowsOf(row)).filter(inside(source.size[0]));
  const columns = taps(columnsOf(column)).filter(inside(source.size[1]));
  const cells = rows.flatMap((r) => columns.map((c) => ({ r, c })));
  const indices = cells.map(({ r, c }) => source.index([r.place, c.place, channel]));
  const values = indices.map((index) => (index < 0 ? 0 : source.values[index]!));
  const kernel = cells.map(({ r, c }) => kernelAt(r.tap, c.tap));
  const products = values.map((value, i) => value * kernel[i]!);
  return {
    layer: source.layer.name,
    map: channel,
    maps: source.size[2],
    rows: rows.length,
    columns: columns.length,
    units: indices.map((index) => (index < 0 ? undefined : source.unit(index))),
    values,
    kernel,
    products,
    subtotal: sumOf(products),
    factor: 1,
  };
}

function explained(given: Given, windowsOf: WindowsOf): Explanation {
  const [row, column, own] = given.place;
  const total = (windows: readonly Window[]) => sumOf(windows.map(({ subtotal, factor }) => subtotal * factor));
  const windows = windowsOf(given.place);
  const sum = total(windows);
  const parts: Part[] = [{ type: "windows", windows, sum }, ...biasLine(given, sum, own)];
  return squashed(given, parts, (channel) => {
    const before = channel === own ? sum : total(windowsOf([row, column, channel]));
    return before + (given.weight("bias")?.data[channel] ?? 0);
  });
}

/** The bias of a map or unit, where there is one. */
export function biasLine(given: Given, sum: number, channel: number): Line[] {
  const bias = given.weight("bias")?.data[channel];
  return bias === undefined ? [] : [{ type: "line", text: "plus the bias", operand: bias, result: sum + bias }];
}
