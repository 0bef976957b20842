import { InputError } from "../core/errors.ts";
import { luminance } from "../pictures/grey.ts";
import { type Picture, sizeInFile } from "../pictures/picture.ts";
import type { Preparation } from "../pictures/preparation.ts";
import { picturesOf } from "./pictures-of.ts";
import { LARGEST, type ReadDataConfig } from "./read-data-options.ts";
import type { FoundData } from "./sources/found-data.ts";

/** Pictures that are looked at before all are read, spread evenly over the training images. */
const SAMPLE = 256;

/** The preparation of a data set, and whether images of other sizes are brought to its size. */
export interface ChosenPreparation {
  readonly preparation: Preparation;
  readonly isSizeGiven: boolean;
}

/**
 * The preparation of a data set, from its options and a sample of its training images.
 * @param like that of a model which the data are for: its channels, and its size unless the data have one that fits it
 */
export async function choosePreparation(
  { source, train }: FoundData,
  { size, channels, fit }: ReadDataConfig,
  like?: Preparation,
): Promise<ChosenPreparation> {
  const { images, labels } = train;
  const count = Math.min(SAMPLE, labels.length);
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * labels.length) / count));
  const seen = new Seen();
  for await (const { picture } of picturesOf(images, indices)) if (!(picture instanceof InputError)) seen.look(picture);
  if (seen.count === 0) {
    // All are damaged: the first says how.
    for await (const { picture } of picturesOf(images, indices)) if (picture instanceof InputError) throw picture;
  }
  const own = images.kind === "array" ? images.images.shape[3] : undefined;
  const used =
    channels ?? like?.channels ?? (own === undefined ? (seen.hasColour ? 3 : 1) : own === 3 || own === 4 ? own : 1);
  const made = { channels: used, framing: "none", ink: seen.ink, scale: 1 / 255 } as const;
  const given = { isSizeGiven: true, preparation: { ...made, padding: 0, fit } };
  if (size) return { ...given, preparation: { ...given.preparation, size: [size[0], size[1]] } };
  const only = like ? seen.size : seen.onlySize(source);
  const isMnistLike = only?.join() === "28,28" && used === 1 && seen.ink === "light";
  const padding = isMnistLike ? 2 : 0;
  const fits = (wanted: Preparation) =>
    wanted.size.join() === only?.join() ||
    wanted.size.map((side) => side + 2 * wanted.padding).join() === only?.map((side) => side + 2 * padding).join();
  if (like && !(only && fits(like)))
    return { ...given, preparation: { ...given.preparation, size: like.size, fit: like.fit } };
  return { isSizeGiven: false, preparation: { ...made, size: [only![0], only![1]], padding, fit } };
}

/** A pixel's channels differ by more than this where it has a colour; JPEG gives grey pixels small differences. */
const COLOURED = 24;

/** Whether a picture has pixels with a colour. */
export function hasColour({ data }: Picture): boolean {
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
    const isColoured = Math.max(red, green, blue) - Math.min(red, green, blue) > COLOURED;
    if (isColoured && data[at + 3]! > 0) return true;
  }
  return false;
}

/** What a sample of pictures has in common. */
class Seen {
  count = 0;
  hasColour = false;
  readonly sizes = new Set<string>();
  private lightGrounds = 0;

  look(picture: Picture): void {
    this.count++;
    this.hasColour ||= hasColour(picture);
    this.sizes.add(sizeInFile(picture).join("x"));
    if (hasLightGround(picture)) this.lightGrounds++;
  }

  get ink(): Preparation["ink"] {
    return this.lightGrounds > this.count / 2 ? "dark" : "light";
  }

  /** The size of all; undefined where there are several. */
  get size(): readonly [number, number] | undefined {
    return this.sizes.size === 1 ? this.allSizes[0] : undefined;
  }

  /** @throws InputError unless all have one size */
  onlySize(source: string): readonly [number, number] {
    const sizes = this.allSizes;
    if (sizes.length === 1 && Math.max(...sizes[0]!) <= LARGEST) return sizes[0]!;
    if (sizes.length === 1)
      throw new InputError(
        `${source}: expected pictures of up to ${LARGEST}x${LARGEST}, got ${sizes[0]!.join("x")}; give the size to bring them to, such as --size 32`,
      );
    const [small, large] = [sizes[0]!, sizes.at(-1)!].map((size) => size.join("x"));
    throw new InputError(
      `${source}: expected pictures of one size, got ${sizes.length} sizes from ${small} to ${large}; give the size to bring them to, such as --size 32`,
    );
  }

  private get allSizes(): (readonly [number, number])[] {
    const sizes = [...this.sizes].map((text) => text.split("x").map(Number) as [number, number]);
    return sizes.sort(([a, b], [c, d]) => a * b - c * d);
  }
}

/**
 * Whether a picture's ground is light: whether its border is. Where most of the border is transparent, the ground counts
 * as light if the visible part is dark.
 */
function hasLightGround({ width, height, data }: Picture): boolean {
  let [border, borderSum, clear, seen, seenSum] = [0, 0, 0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const grey = luminance(data[at]!, data[at + 1]!, data[at + 2]!);
      const isBorder = x === 0 || y === 0 || x === width - 1 || y === height - 1;
      if (data[at + 3]! >= 128) {
        seen++;
        seenSum += grey;
      }
      if (!isBorder) continue;
      border++;
      if (data[at + 3]! < 128) clear++;
      borderSum += grey;
    }
  }
  if (clear > border / 2) return seenSum / Math.max(seen, 1) < 128;
  return borderSum / border >= 128;
}
