/** What `inspectData` and `dataPictures` return: plain JSON, which a page about a data set is drawn from. */
import type { Num } from "./results.ts";

/** A part of a data set. */
export type PartName = "train" | "validation" | "test";

/** A data set in numbers, and what looks wrong in it: returned by `inspectData`; printed by `lenet5 data --json`. */
export interface DataInspectionJson {
  /** Name of the data set and where it was read. */
  readonly source: string;
  /** How the images were divided; absent if unknown. */
  readonly split?: string;
  /** Class names by class number. */
  readonly classNames: readonly string[];
  /** Training, validation (where the data set has such a part) and test images. */
  readonly parts: readonly DataPartJson[];
  /** What looks wrong: problems first, then notices. Empty where nothing does. */
  readonly findings: readonly FindingJson[];
}

/** One part of a data set in numbers. */
export interface DataPartJson {
  /** Which part it is. */
  readonly name: PartName;
  /** Number of images. */
  readonly images: number;
  /** Number of images of each class. */
  readonly perClass: readonly number[];
  /** Shape of an image: [rows, columns, channels]. */
  readonly shape: readonly number[];
  /** The smallest finite value of an image; null without images. */
  readonly min: Num;
  /** The largest finite value of an image; null without images. */
  readonly max: Num;
  /** What the values are multiplied by before the network sees them. */
  readonly scale: number;
  /** Sizes of the pictures before they were prepared, the most frequent first. */
  readonly sizes: readonly PictureSizeJson[];
}

/** How many pictures of a part have a size. */
export interface PictureSizeJson {
  /** Rows of pixels. */
  readonly rows: number;
  /** Columns of pixels. */
  readonly columns: number;
  /** Number of pictures of this size. */
  readonly images: number;
}

/** The kinds of findings. */
export type FindingKind =
  | "leak"
  | "near-leak"
  | "conflicting-labels"
  | "near-conflict"
  | "copies"
  | "near-copies"
  | "missing-class"
  | "unused-class"
  | "few-images"
  | "imbalance"
  | "blank"
  | "faint"
  | "inverted-class"
  | "not-finite"
  | "value-range";

/** Something that looks wrong in a data set. */
export interface FindingJson {
  /** What kind of fault it is. */
  readonly kind: FindingKind;
  /** "problem": results would be wrong or misleading; "notice": worth a look. */
  readonly level: "problem" | "notice";
  /** What was found, in one sentence without a full stop. */
  readonly text: string;
  /** What it means and what to do. */
  readonly advice: string;
  /** The classes that it is about; absent where it is not about classes. */
  readonly classes?: readonly number[];
  /** All images that it is about, in groups of images that are equal or nearly so; else in groups of one. */
  readonly groups: readonly (readonly ImageJson[])[];
}

/** An image of a data set. */
export interface ImageJson {
  /** The part of the data set that it is in. */
  readonly part: PartName;
  /** Index of the image in its part, from 0. */
  readonly index: number;
  /** Class number. */
  readonly label: number;
  /** The image's file; absent where images have none. */
  readonly name?: string;
}

/** Some images of a data set, for {@link DataInspectionJson}'s page: returned by `dataPictures`. */
export interface DataPicturesJson {
  /** Shape of an image: [rows, columns, channels]. */
  readonly shape: readonly number[];
  /** Mean training image of each of the first 100 classes, bytes in base64; "" for one without training images. */
  readonly means: readonly string[];
  /** The contact sheet: some images of each class. */
  readonly samples: readonly PictureJson[];
  /** Images of the findings. */
  readonly found: readonly PictureJson[];
}

/** An image with its pixels. */
export interface PictureJson extends ImageJson {
  /** Bytes [rows, columns, channels] in base64. */
  readonly pixels: string;
}
