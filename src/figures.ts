/**
 * Figures: `import { lossCurves } from "lenet5/figures"`. Each figure is a function from plain JSON to a {@link
 * Figure}.
 * @module figures
 */

export type * from "./report/data-results.ts";
export { Figure, type Key } from "./report/drawing/figure.ts";
export type { Theme } from "./report/drawing/theme.ts";
export { calibration } from "./report/figures/calibration.ts";
export { classCounts } from "./report/figures/class-counts.ts";
export { classErrors } from "./report/figures/class-errors.ts";
export { confidence } from "./report/figures/confidence.ts";
export { type ConfusedPairsOptions, confusedPairs } from "./report/figures/confused-pairs.ts";
export { type ConfusionMatrixOptions, confusionMatrix } from "./report/figures/confusion-matrix.ts";
export {
  accuracyCurves,
  type CurveOptions,
  epochTimes,
  type LossCurveOptions,
  lossCurves,
} from "./report/figures/curves.ts";
export { featureMaps } from "./report/figures/feature-maps.ts";
export { type ImageGridOptions, imageGrid, type LabelledPictures } from "./report/figures/image-grid.ts";
export { kernels } from "./report/figures/kernels.ts";
export { networkDiagram } from "./report/figures/network-diagram.ts";
export { pictureSizes } from "./report/figures/picture-sizes.ts";
export { rejection } from "./report/figures/rejection.ts";
export { type NamedHistory, type RunCurveOptions, runCurves } from "./report/figures/run-curves.ts";
export { gradientNorms, learningRates, type StepLossOptions, stepLosses } from "./report/figures/step-curves.ts";
export { weightHistograms } from "./report/figures/weight-histograms.ts";
export { type WorstErrorsOptions, worstErrors } from "./report/figures/worst-errors.ts";
export { dataPage } from "./report/page/data-page.ts";
export { type RunReport, reportHtml as reportPage } from "./report/page/report.ts";
export { paperTraining } from "./report/paper/fig5-training.ts";
export { paperSizes } from "./report/paper/fig6-sizes.ts";
export { type PaperMisreadOptions, paperConfusions, paperMisread } from "./report/paper/fig8-misread.ts";
export { paperClassifiers } from "./report/paper/fig9-classifiers.ts";
export { paperRejection } from "./report/paper/fig10-rejection.ts";
export { paperFigures } from "./report/paper/paper-figures.ts";
export type * from "./report/paper/paper-results.ts";
export type { PaperFigureName } from "./report/paper/story.ts";
export type * from "./report/results.ts";
export { type CalibrationBin, calibrationOf } from "./report/statistics/calibration.ts";
export { type ExamplesOptions, exampleImage, examples } from "./report/statistics/examples.ts";
export { holm, type McNemar, mcnemar } from "./report/statistics/mcnemar.ts";
export { type RejectionPoint, rejectionCurve, rejectionFor } from "./report/statistics/rejection.ts";
export { trialCurves } from "./report/sweep/curves.ts";
export { type Cost, costFront } from "./report/sweep/front.ts";
export { type Importance, importanceBars, settingImportance } from "./report/sweep/importance.ts";
export { parallelCoordinates } from "./report/sweep/parallel.ts";
export { sweepHtml as sweepPage } from "./report/sweep/sweep-page.ts";
export type * from "./report/sweep/sweep-results.ts";
export type { Validation } from "./report/sweep/validation.ts";
