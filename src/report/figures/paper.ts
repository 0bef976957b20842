import type { Figure } from "../drawing/figure.ts";
import type { PaperFigureName } from "../paper/story.ts";
import type { PaperJson } from "../paper-results.ts";
import { paperClassifiers } from "./paper-classifiers.ts";
import { paperMisread } from "./paper-misread.ts";
import { paperRejection } from "./paper-rejection.ts";
import { paperSizes } from "./paper-sizes.ts";
import { paperTraining } from "./paper-training.ts";

/** All figures of a reproduction by their names, in the paper's order. */
export function paperFigures(paper: PaperJson): Record<PaperFigureName, Figure> {
  return {
    training: paperTraining(paper),
    sizes: paperSizes(paper),
    misread: paperMisread(paper),
    classifiers: paperClassifiers(paper),
    rejection: paperRejection(paper),
  };
}
