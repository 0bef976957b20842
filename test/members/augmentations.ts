import { expect } from "vitest";
import { type AugmentationType, augmentationFrom, augmentations } from "../../src/augmentation/augmentations.ts";
import { augmented } from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { exported, fileOf, lineInDocs, table } from "./table.ts";

const file = (type: AugmentationType) => `src/augmentation/${fileOf(augmentations[type].called)}.ts`;

export const augmentationTable = table<AugmentationType>("augmentation", augmentations, [
  { piece: "an export", file: "src/index.ts", check: (type) => exported(augmentations[type].make) },
  { piece: "its key in the table as its type", file, check: (type) => augmentations[type].make().type === type },
  {
    piece: "options that saving and loading keep",
    file,
    check(type) {
      const made = augmentations[type].make({ background: 7, copies: 3 });
      expect(augmentationFrom("saved", JSON.parse(JSON.stringify(made)))).toEqual(made);
    },
  },
  {
    piece: "an effect on images that depends on seed and version alone",
    file,
    check(type) {
      const images = noise([2, 12, 10, 1], 3);
      const version = (number: number) => augmented(images, augmentations[type].make(), { version: number }).data;
      expect(version(1)).toEqual(version(1));
      expect(version(1)).not.toEqual(version(2));
      expect(version(1)).not.toEqual(images.data);
    },
  },
  lineInDocs((type) => augmentations[type].called),
]);
