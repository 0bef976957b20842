import { InputError, listed } from "../../core/errors.ts";
import type { PartName } from "../../report/data-results.ts";

export type Content = "images" | "labels";

/** What an array of a data set is, by its name. */
export interface Role {
  /** Absent where the name does not say it. */
  readonly part?: PartName;
  readonly content: Content;
}

const parts = new Map<string, PartName>([
  ["train", "train"],
  ["training", "train"],
  ["val", "validation"],
  ["valid", "validation"],
  ["validation", "validation"],
  ["dev", "validation"],
  ["test", "test"],
  ["testing", "test"],
  ["t10k", "test"],
]);

const images = ["x", "image", "images", "img", "imgs", "data", "features", "pixels", "pictures"];
const labels = ["y", "label", "labels", "target", "targets", "class", "classes"];

/**
 * The role of an array by its name: `x_train`, `y_test`, `train_images`, `test_labels`, `X`, `y`, `kmnist-train-imgs`.
 * Undefined for other names.
 */
export function roleOf(name: string): Role | undefined {
  // `xTrain` and `xtrain` have two words, as `x_train` does.
  const spaced = name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const words = spaced.replaceAll(/\b([xy])(train|val|valid|test)\b/g, "$1 $2").split(/[^a-z0-9]+/);
  const content = words.some((word) => labels.includes(word))
    ? "labels"
    : words.some((word) => images.includes(word))
      ? "images"
      : undefined;
  if (content === undefined) return undefined;
  const part = words.flatMap((word) => parts.get(word) ?? [])[0];
  return { content, ...(part && { part }) };
}

/** The part that a name is: of `Training` "train"; undefined for other names. */
export function partNamed(name: string): PartName | undefined {
  return parts.get(name.toLowerCase());
}

/** The part that a name says: of `mnist_train` "train". */
export function partOf(name: string): PartName | undefined {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap((word) => parts.get(word) ?? [])[0];
}

/** An array of a data set with its name. */
export interface NamedRole<Array> {
  readonly name: string;
  readonly role: Role;
  readonly array: Array;
}

/** The images and labels of each part. */
export type Parts<Array> = { readonly [P in PartName]?: Readonly<Record<Content, Array>> };

/**
 * Arrays by part and content. Arrays whose names say no part are the training set where others say it, else all there
 * is.
 * @throws InputError for two arrays of one role, and for images without labels or the reverse; `what` names the source
 */
export function partsOf<Array>(what: string, arrays: readonly NamedRole<Array>[]): Parts<Array> {
  const found: { [P in PartName]?: { [C in Content]?: NamedRole<Array> } } = {};
  for (const one of arrays) {
    const { part = "train", content } = one.role;
    found[part] ??= {};
    const other = found[part][content];
    if (other) {
      throw new InputError(
        `${what}: expected one array of ${content} for ${part}, got "${other.name}" and "${one.name}"; rename one`,
      );
    }
    found[part][content] = one;
  }
  const whole = (Object.keys(found) as PartName[]).map((part) => {
    const { images, labels } = found[part]!;
    if (images && labels) return [part, { images: images.array, labels: labels.array }] as const;
    const [there, missing] = images ? [images, "labels"] : [labels!, "images"];
    throw new InputError(
      `${what}: expected ${missing} beside "${there.name}", got ${listed(
        arrays.map(({ name }) => name),
        "and",
      )}; add them, such as "${missing === "labels" ? "y" : "x"}_${part === "validation" ? "val" : part}"`,
    );
  });
  return Object.fromEntries(whole) as Parts<Array>;
}
