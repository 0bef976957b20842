import type { PartAnswer, PictureAnswer } from "../../reading/answer.ts";

/** What `predict --json` prints for a picture. */
export type PictureDocument = FailedDocument | AnswerDocument;

/** A picture that cannot be read. */
export interface FailedDocument {
  readonly file: string;
  readonly error: string;
}

/** A picture that was read: its answer, without the images that the model was given. */
export interface AnswerDocument extends Omit<PictureAnswer, "parts"> {
  readonly file: string;
  readonly parts: readonly Omit<PartAnswer, "image">[];
}

/** The document of a picture's answer. */
export function answerDocument(file: string, { parts, ...answer }: PictureAnswer): AnswerDocument {
  return { file, ...answer, parts: parts.map(({ image: _, ...part }) => part) };
}
