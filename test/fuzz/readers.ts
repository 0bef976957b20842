import type { sources } from "../../src/data/read-data.ts";
import type { formats as modelFormats } from "../../src/exchange/formats.ts";
import type { FormatName } from "../../src/pictures/formats/formats.ts";
import type { FuzzReader } from "./reader.ts";
import { containerReaders } from "./readers/containers.ts";
import { dataReaders } from "./readers/data-sets.ts";
import { modelReaders } from "./readers/models.ts";
import { pictureReaders } from "./readers/pictures.ts";
import { runReaders } from "./readers/runs.ts";

/** Every format of the library's tables: one that is forgotten here is a compile error. */
type Tabled = Lowercase<FormatName> | keyof typeof modelFormats | keyof typeof sources;

export type ReaderName = Tabled | keyof typeof containerReaders | keyof typeof runReaders;

/** All readers of files, by name. */
export const readers: Readonly<Record<ReaderName, FuzzReader>> = {
  ...containerReaders,
  ...pictureReaders,
  ...dataReaders,
  ...modelReaders,
  ...runReaders,
};
