/** Layers that pass numbers on: in another order, to another place, or as they are. */
import type { Explanation } from "./explanation.ts";
import type { Given } from "./given.ts";

/** The explanation of a number that is another unit's; `text` says why. */
export function passing(text: string): (given: Given) => Explanation {
  return (given) => {
    // Of the inputs of a concatenation, the one that has it.
    for (const source of given.sources) {
      const { links, size } = source;
      if (!links) continue;
      const index =
        links.type === "order"
          ? links.sourceOf((given.place[0] * given.size[1] + given.place[1]) * given.size[2] + given.place[2])
          : source.index([
              links.axes[0](given.place[0])[0]!,
              links.axes[1](given.place[1])[0]!,
              links.axes[2](given.place[2])[0]!,
            ]);
      if (index < 0 || index >= size[0] * size[1] * size[2]) continue;
      const value = source.values[index]!;
      return { parts: [{ type: "copy", unit: source.unit(index), text, value }], value };
    }
    return { parts: [{ type: "note", text: "A zero that the layer adds around the image." }], value: 0 };
  };
}

/** A number of the image: its byte times the scale. */
export function imageNumber(given: Given): Explanation {
  const [row, column, channel] = given.place;
  const byte = given.image.bytes[(row * given.size[1] + column) * given.size[2] + channel]!;
  const { scale } = given.image;
  if (scale === 1) return { parts: [{ type: "note", text: "The number of the image itself." }], value: byte };
  const value = byte * scale;
  return {
    parts: [
      {
        type: "line",
        text: `The ink of the image, ${byte} of ${Math.round(1 / scale)}`,
        result: value,
      },
    ],
    value,
  };
}

/** With "bilinear", the weighted mean of the nearest positions. */
export function enlarged(given: Given): Explanation {
  if (given.config.interpolation === "nearest") return passing("Each number is repeated.")(given);
  const source = given.sources[0]!;
  const [rows, columns] = [0, 1].map((i) =>
    shares(given.place[i]!, (given.config.size as number[])[i]!, source.size[i]!),
  );
  const terms = rows!.flatMap((row) =>
    columns!.map((column) => {
      const index = source.index([row.place, column.place, given.place[2]]);
      const [value, weight] = [source.values[index]!, row.share * column.share];
      return { unit: source.unit(index), value, weight, product: value * weight };
    }),
  );
  const result = terms.reduce((sum, { product }) => sum + product, 0);
  return { parts: [{ type: "terms", kind: "sum", terms, result }], value: result };
}

/** The two positions around one of the enlarged image, and the share of each; positions are the middles of pixels. */
function shares(place: number, factor: number, size: number): { place: number; share: number }[] {
  const at = (place + 0.5) / factor - 0.5;
  const [low, high] = [Math.max(Math.floor(at), 0), Math.min(Math.ceil(at), size - 1)];
  if (low === high) return [{ place: low, share: 1 }];
  return [
    { place: low, share: high - at },
    { place: high, share: at - low },
  ];
}
