import type { Figure } from "../drawing/figure.ts";
import { paperTraining } from "./fig5-training.ts";
import { paperSizes } from "./fig6-sizes.ts";
import { paperMisread } from "./fig8-misread.ts";
import { paperClassifiers } from "./fig9-classifiers.ts";
import { paperRejection } from "./fig10-rejection.ts";
import type { PaperJson } from "./paper-results.ts";
import type { PaperFigureName } from "./story.ts";

/** All figures of a reproduction by name, in the order of the paper. */
export function paperFigures(paper: PaperJson): Record<PaperFigureName, Figure> {
  return {
    training: paperTraining(paper),
    sizes: paperSizes(paper),
    misread: paperMisread(paper),
    classifiers: paperClassifiers(paper),
    rejection: paperRejection(paper),
  };
}
