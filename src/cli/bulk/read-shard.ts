import { joinPath, moveFile } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { Model } from "../../index.ts";
import type { PreparedPart } from "../../pictures/prepared-parts.ts";
import { answersFor } from "../../reading/model-reader.ts";
import { readParts } from "../../reading/read-parts.ts";
import { answerDocument, type PictureDocument } from "../predict/picture-document.ts";
import type { PictureSettings } from "../predict/prepare-file.ts";
import { givenUpIn, type NoteKind, ReadingNote } from "./broken-off.ts";
import { type FormatName, formats } from "./formats.ts";
import { PictureFiles } from "./picture-files.ts";
import { picturesOf, type Shard, shardFile } from "./shards.ts";
import { pictureAt, type Source } from "./source.ts";
import { TextFile } from "./text-file.ts";

/** Pictures that are classified together: enough for the engine to be fast. */
const BATCH = 256;

/** Bytes of their images from which on fewer are classified together. */
const BATCH_BYTES = 2 ** 24;

/** What reading shards takes. */
export interface ShardReading {
  /** The folder of the shards. */
  readonly folder: string;
  readonly source: Source;
  readonly format: FormatName;
  readonly model: Model;
  readonly settings: PictureSettings;
  onPictures(count: number): void;
}

/** Reads the pictures of a shard and writes its answers. @throws InputError where the pictures are gone */
export async function readShard(shard: Shard, reading: ShardReading): Promise<void> {
  await noting({ folder: reading.folder, shard, kind: "reading" }, (note) => readNoting(note, shard, reading));
}

/** Reads one picture and nothing else, to see whether reading it breaks off again. */
export async function readAlone(
  shard: Shard,
  picture: number,
  { folder, source, settings }: Pick<ShardReading, "folder" | "source" | "settings">,
): Promise<void> {
  await noting({ folder, shard, kind: "alone" }, async (note) => {
    note.at(picture);
    await preparedPicture(pictureAt(source, picturesOf(shard, folder)[picture]!), new PictureFiles(), settings);
  });
}

/** Failures that are explained have nothing to do with the picture that was read last. */
async function noting(
  { folder, shard, kind }: { readonly folder: string; readonly shard: Shard; readonly kind: NoteKind },
  read: (note: ReadingNote) => Promise<void>,
): Promise<void> {
  const note = new ReadingNote(folder, shard.number, kind);
  let isBroken = true;
  try {
    await read(note);
    isBroken = false;
  } catch (error) {
    isBroken = !(error instanceof InputError);
    throw error;
  } finally {
    note.end(isBroken);
  }
}

async function readNoting(note: ReadingNote, shard: Shard, reading: ShardReading): Promise<void> {
  const { folder, source, format, model, settings, onPictures } = reading;
  const answers = await TextFile.begin(joinPath(folder, `${shard.number}.tmp`));
  let failed = 0;
  let batch: { readonly file: string; readonly parts: PreparedPart[] | InputError }[] = [];
  let bytes = 0;
  const pictures = new PictureFiles();
  const given = givenUpIn(folder, shard.number);
  const answer = async () => {
    note.at(undefined);
    const read = batch.flatMap(({ parts }) => (isError(parts) ? [] : [parts]));
    const each = (await answersFor(model, atLeastTwo(read))).values();
    for (const { file, parts } of batch) {
      const document: PictureDocument = isError(parts)
        ? { file, error: parts.message }
        : answerDocument(file, each.next().value!);
      await answers.add(formats[format].linesOf(document));
    }
    onPictures(batch.length);
    [batch, bytes] = [[], 0];
  };
  for (const [i, file] of picturesOf(shard, folder).entries()) {
    const path = pictureAt(source, file);
    note.at(i);
    const parts = given.has(i) ? givenUp(path) : await preparedPicture(path, pictures, settings);
    batch.push({ file, parts });
    if (isError(parts)) failed++;
    else bytes += parts.reduce((sum, { image }) => sum + image.data.length, 0);
    if (batch.length === BATCH || bytes >= BATCH_BYTES) await answer();
  }
  await answer();
  await pictures.check();
  await answers.flush();
  await moveFile(answers.path, shardFile(folder, shard.number, failed));
}

function givenUp(path: string): InputError {
  return new InputError(
    `${path}: reading it broke off twice, perhaps for lack of memory: try it alone with lenet5 predict`,
  );
}

/** The engine computes one image alone in another way, in last bits: answers would depend on the shards. */
function atLeastTwo(pictures: readonly PreparedPart[][]): readonly PreparedPart[][] {
  return pictures.flat().length === 1 ? [...pictures, ...pictures] : pictures;
}

function isError(parts: PreparedPart[] | InputError): parts is InputError {
  return parts instanceof InputError;
}

async function preparedPicture(
  path: string,
  pictures: PictureFiles,
  { preparation, invert }: PictureSettings,
): Promise<PreparedPart[] | InputError> {
  const bytes = pictures.read(path);
  if (bytes instanceof InputError) return bytes;
  try {
    return await readParts(bytes, preparation, { name: path, invert });
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
