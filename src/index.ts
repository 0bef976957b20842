/**
 * LeNet-5 as Keras builds it, trained on a CPU by a WebAssembly SIMD engine: `import { lenet5, mnist } from "lenet5"`.
 * Figures are in an entry of their own, `lenet5/figures`.
 * @module index
 */

export type { AugmentFunction } from "./augmentation/augmentation.ts";
export {
  type Augment,
  type Augmentation,
  type AugmentationType,
  augmentationNames,
} from "./augmentation/augmentations.ts";
export { augmented } from "./augmentation/augmenter.ts";
export { type DistortionOptions, type Distortions, distortions } from "./augmentation/distortions.ts";
export {
  type ElasticDistortion,
  type ElasticDistortionOptions,
  elasticDistortion,
} from "./augmentation/elastic-distortion.ts";
export { InputError } from "./core/errors.ts";
export { option } from "./core/option.ts";
export type { Random } from "./core/random.ts";
export type { Signal } from "./core/signal.ts";
export type { Numbers, Shape, Tensor } from "./core/tensor.ts";
export type { Dataset, TrainTest } from "./data/dataset.ts";
export { type DigitsOptions, digits, digitsInSlices } from "./data/digits/digits.ts";
export type { DownloadProgress } from "./data/download.ts";
export type { ImageSize } from "./data/image-size.ts";
export { type DataPicturesOptions, dataPictures } from "./data/inspection/data-pictures.ts";
export { type InspectDataOptions, inspectData } from "./data/inspection/inspect-data.ts";
export { type MnistOptions, MnistUnavailable, mnist } from "./data/mnist.ts";
export { readData } from "./data/read-data.ts";
export type { GivenSize, ReadDataOptions } from "./data/read-data-options.ts";
export type { DataFile } from "./data/sources/files-in-memory.ts";
export type { StreamPlace, StreamStart } from "./data/stream-place.ts";
export type { PictureStream } from "./data/streaming/picture-stream.ts";
export { type StreamDataOptions, type StreamedData, streamData } from "./data/streaming/stream-data.ts";
export { toCategorical } from "./data/to-categorical.ts";
export type { Numerics } from "./engine/binary.ts";
export { readSafetensors, type Safetensors, writeSafetensors } from "./formats/safetensors.ts";
export { type ActivationOptions, activation } from "./layers/activation.ts";
export { add } from "./layers/add.ts";
export { average } from "./layers/average.ts";
export { averagePooling2d } from "./layers/average-pooling2d.ts";
export { type BatchNormalizationOptions, batchNormalization } from "./layers/batch-normalization.ts";
export { type ChannelSliceOptions, channelSlice } from "./layers/channel-slice.ts";
export { concatenate } from "./layers/concatenate.ts";
export type { ConnectionTable } from "./layers/connection-table.ts";
export type { Axis } from "./layers/constraints/constraint.ts";
export { type MaxNorm, type MaxNormOptions, maxNorm } from "./layers/constraints/max-norm.ts";
export { type MinMaxNorm, type MinMaxNormOptions, minMaxNorm } from "./layers/constraints/min-max-norm.ts";
export { type NonNeg, nonNeg } from "./layers/constraints/non-neg.ts";
export type { Constraint, ConstraintName } from "./layers/constraints/table.ts";
export { type UnitNorm, type UnitNormOptions, unitNorm } from "./layers/constraints/unit-norm.ts";
export { type Conv2dOptions, conv2d } from "./layers/conv2d.ts";
export { type Conv2dTransposeOptions, conv2dTranspose } from "./layers/conv2d-transpose.ts";
export { type Cropping2dOptions, cropping2d } from "./layers/cropping2d.ts";
export {
  type CustomLayerContext,
  type CustomLayerDefinition,
  type CustomLayerMaker,
  type CustomWeight,
  defineLayer,
} from "./layers/custom-layer.ts";
export type { AnyLayerMaker } from "./layers/custom-makers.ts";
export type { LayerMaker, LayerOptions } from "./layers/define-layer.ts";
export { type DenseOptions, dense } from "./layers/dense.ts";
export { type DepthwiseConv2dOptions, depthwiseConv2d } from "./layers/depthwise-conv2d.ts";
export { type DropoutOptions, dropout } from "./layers/dropout.ts";
export { type EluOptions, elu } from "./layers/elu.ts";
export { flatten } from "./layers/flatten.ts";
export { type GaussianDropoutOptions, gaussianDropout } from "./layers/gaussian-dropout.ts";
export { type GaussianNoiseOptions, gaussianNoise } from "./layers/gaussian-noise.ts";
export { globalAveragePooling2d } from "./layers/global-average-pooling2d.ts";
export { globalMaxPooling2d } from "./layers/global-max-pooling2d.ts";
export type { GlobalPooling2dOptions } from "./layers/global-pooling2d.ts";
export { type GroupNormalizationOptions, groupNormalization } from "./layers/group-normalization.ts";
export type { Initializer } from "./layers/initializers.ts";
export { type InputOptions, input } from "./layers/input.ts";
export type { CustomLayerType, Layer, LayerConfig, SymbolicTensor } from "./layers/layer.ts";
export { type LayerNormalizationOptions, layerNormalization } from "./layers/layer-normalization.ts";
export { type LeakyReluOptions, leakyRelu } from "./layers/leaky-relu.ts";
export { maxPooling2d } from "./layers/max-pooling2d.ts";
export { maximum } from "./layers/maximum.ts";
export { minimum } from "./layers/minimum.ts";
export { multiply } from "./layers/multiply.ts";
export { type PermuteOptions, permute } from "./layers/permute.ts";
export type { Pooling2dOptions } from "./layers/pooling2d.ts";
export { type PreluOptions, prelu } from "./layers/prelu.ts";
export type { Probabilities } from "./layers/probabilities.ts";
export { type RandomRotationOptions, randomRotation } from "./layers/random-rotation.ts";
export { type RandomTranslationOptions, randomTranslation } from "./layers/random-translation.ts";
export { type RandomZoomOptions, randomZoom } from "./layers/random-zoom.ts";
export { type RbfOptions, rbf } from "./layers/rbf.ts";
export type { LayerType } from "./layers/registry.ts";
export { type L1L2Options, l1, l1l2, l2, type Regularizer, type RegularizerOption } from "./layers/regularizers.ts";
export { type ReluOptions, relu } from "./layers/relu.ts";
export { type RescalingOptions, rescaling } from "./layers/rescaling.ts";
export { type ReshapeOptions, reshape } from "./layers/reshape.ts";
export { type SeparableConv2dOptions, separableConv2d } from "./layers/separable-conv2d.ts";
export type { Sides } from "./layers/sides.ts";
export { softmax } from "./layers/softmax.ts";
export { type SpatialDropout2dOptions, spatialDropout2d } from "./layers/spatial-dropout2d.ts";
export { type Subsampling2dOptions, subsampling2d } from "./layers/subsampling2d.ts";
export { subtract } from "./layers/subtract.ts";
export { unitNormalization } from "./layers/unit-normalization.ts";
export { type UpSampling2dOptions, upSampling2d } from "./layers/up-sampling2d.ts";
export type { Padding, Size2d } from "./layers/windows.ts";
export { type ZeroPadding2dOptions, zeroPadding2d } from "./layers/zero-padding2d.ts";
export { bitmaps } from "./lenet5/bitmaps.ts";
export type { InputShape } from "./lenet5/input-shape.ts";
export { type LeNet5Options, lenet5 } from "./lenet5/lenet5.ts";
export { type LeNet51998Options, lenet5Of1998, type TrainingOf1998, trainingOf1998 } from "./lenet5/lenet5-1998.ts";
export { type ModelCodeOptions, modelCode } from "./lenet5/model-code.ts";
export { type ModernOptions, modern } from "./lenet5/modern.ts";
export { type PretrainedOptions, pretrained } from "./lenet5/pretrained.ts";
export { type Recipe, type RecipeOptions, recipe } from "./lenet5/recipe.ts";
export {
  bestRecipes,
  type RecipeName,
  type RecipeNetwork,
  type RecipeSettings,
  recipeNames,
  recipes,
} from "./lenet5/recipes.ts";
export { tableI } from "./lenet5/table-i.ts";
export type { CloneOptions } from "./model/clone.ts";
export type { LossGiven, MetricsGiven } from "./model/compile.ts";
export type { TrainingState } from "./model/core.ts";
export type { CustomObject } from "./model/custom-objects.ts";
export type { Batches, LabelledImages, Labels } from "./model/data.ts";
export type { EngineOptions } from "./model/engine-options.ts";
export { type EnsembleOptions, ensemble } from "./model/ensemble.ts";
export type { ClassNames, EvaluateOptions } from "./model/evaluate-options.ts";
export type { Evaluation, EvaluationOfSeveral, EvaluationWith, Predictions } from "./model/evaluation.ts";
export type { AugmentByInput, FitOptions } from "./model/fit-options.ts";
export type { InputGradient, InputGradientOptions } from "./model/input-gradient.ts";
export type { Kernels, LayerOutput, LayerOutputs } from "./model/layer-outputs.ts";
export { loadModel, Model, model } from "./model/model.ts";
export type {
  ClassifierOptions,
  CompileOptions,
  ImagesOf,
  LoadOptions,
  ModelOptions,
  OneOrMore,
  Prediction,
  SummaryOptions,
} from "./model/model-options.ts";
export type { Objective } from "./model/objectives.ts";
export type { TrainOnBatchOptions } from "./model/on-batch.ts";
export type { Each } from "./model/parts.ts";
export type { CallbackState, HookToCall, Position, PositionWithin } from "./model/position.ts";
export type { PredictOptions } from "./model/predict.ts";
export type { Reading, ReadingOptions } from "./model/reading.ts";
export { type SequentialOptions, sequential } from "./model/sequential.ts";
export type { LayerSummary, Summary } from "./model/summary.ts";
export type { WeightValue, WeightValues } from "./model/weights.ts";
export type { ActivationName, ActivationOption } from "./ops/activations/table.ts";
export type { LastAxis, ReductionAxis, ReductionOptions } from "./ops/arguments.ts";
export { OpsTensor } from "./ops/operand.ts";
export { type Operand, ops } from "./ops/ops.ts";
export type { Box } from "./pictures/box.ts";
export type { ShapeDoubt } from "./pictures/digits/shape.ts";
export { type ReadPictureOptions, readPicture } from "./pictures/formats/read-picture.ts";
export type { Picture } from "./pictures/picture.ts";
export {
  type Preparation,
  type PreparationOptions,
  type PreparationStep,
  preparationSteps,
  prepared,
} from "./pictures/preparation.ts";
export type { PreparedPart } from "./pictures/prepared-parts.ts";
export type { PartAnswer, PictureAnswer } from "./reading/answer.ts";
export { type ModelPreparation, preparationOfModel } from "./reading/model-preparation.ts";
export {
  type PictureFile,
  type PictureReader,
  type PictureReaderOptions,
  type PictureSource,
  pictureReader,
} from "./reading/picture-reader.ts";
export type * from "./report/data-results.ts";
export { type RunRecorder, recordRun } from "./runs/record-run.ts";
export type { RecordRunOptions } from "./runs/record-run-options.ts";
export type { RunEvaluation, TestImages, TestResults } from "./runs/results.ts";
export { type Checkpoint, openRun, type Run, type RunFile } from "./runs/run.ts";
export type { AugmentSteps, RunConfig, RunFiles, RunHistory, RunJson } from "./runs/run-files.ts";
export { type BackupAndRestoreOptions, backupAndRestore } from "./training/callbacks/backup-and-restore.ts";
export type {
  BatchLogs,
  Callback,
  CallbackMemory,
  Remembered,
  TrainedModel,
  TrainingContext,
  TrainingData,
  TrainingSettings,
} from "./training/callbacks/callback.ts";
export { type CsvLoggerOptions, csvLogger } from "./training/callbacks/csv-logger.ts";
export { type EarlyStoppingOptions, earlyStopping } from "./training/callbacks/early-stopping.ts";
export { jsonLines } from "./training/callbacks/json-lines.ts";
export { learningRateScheduler } from "./training/callbacks/learning-rate-scheduler.ts";
export { type ModelCheckpointOptions, modelCheckpoint } from "./training/callbacks/model-checkpoint.ts";
export { type Progress, type ProgressOptions, progress, type Verbosity } from "./training/callbacks/progress.ts";
export { type ReduceLROnPlateauOptions, reduceLROnPlateau } from "./training/callbacks/reduce-lr-on-plateau.ts";
export {
  type StepRecorder,
  type StepRecorderOptions,
  type Steps,
  stepRecorder,
} from "./training/callbacks/step-recorder.ts";
export { type TensorBoardOptions, tensorBoard } from "./training/callbacks/tensor-board.ts";
export {
  type WeightHistogram,
  type WeightHistograms,
  type WeightRecorder,
  type WeightRecorderOptions,
  weightRecorder,
} from "./training/callbacks/weight-recorder.ts";
export type { ClassReport } from "./training/class-report.ts";
export type { ClassWeight } from "./training/class-weight.ts";
export {
  type Confidence,
  type Judgement,
  judged,
  type OutputKind,
} from "./training/confidence.ts";
export { type Answers, fitConfidence } from "./training/fit-confidence.ts";
export type { History, Logs } from "./training/history.ts";
export {
  type BinaryCrossentropy,
  type BinaryCrossentropyOptions,
  binaryCrossentropy,
} from "./training/losses/binary-crossentropy.ts";
export {
  type BinaryFocalCrossentropy,
  type BinaryFocalCrossentropyOptions,
  binaryFocalCrossentropy,
} from "./training/losses/binary-focal-crossentropy.ts";
export {
  type CategoricalCrossentropy,
  type CategoricalCrossentropyOptions,
  categoricalCrossentropy,
} from "./training/losses/categorical-crossentropy.ts";
export {
  type CategoricalFocalCrossentropy,
  type CategoricalFocalCrossentropyOptions,
  categoricalFocalCrossentropy,
} from "./training/losses/categorical-focal-crossentropy.ts";
export { type CategoricalHinge, categoricalHinge } from "./training/losses/categorical-hinge.ts";
export type { AnyLossMaker, CustomLoss } from "./training/losses/custom.ts";
export { type CustomLossDefinition, type CustomLossMaker, defineLoss } from "./training/losses/define-loss.ts";
export { type Hinge, hinge } from "./training/losses/hinge.ts";
export { type Huber, type HuberOptions, huber } from "./training/losses/huber.ts";
export { type KlDivergence, klDivergence } from "./training/losses/kl-divergence.ts";
export { type MeanAbsoluteError, meanAbsoluteError } from "./training/losses/mean-absolute-error.ts";
export { type MeanSquaredError, meanSquaredError } from "./training/losses/mean-squared-error.ts";
export { type RbfMap, type RbfMapOptions, rbfMap } from "./training/losses/rbf-map.ts";
export type { RbfMse } from "./training/losses/rbf-mse.ts";
export {
  type SparseCategoricalCrossentropy,
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./training/losses/sparse-categorical-crossentropy.ts";
export { type SquaredHinge, squaredHinge } from "./training/losses/squared-hinge.ts";
export type { BuiltInLoss, Loss, LossAlias, LossName } from "./training/losses/table.ts";
export type { Accuracy } from "./training/metrics/accuracy.ts";
export { type Auc, type AucOptions, auc } from "./training/metrics/auc.ts";
export { type BinaryAccuracy, type BinaryAccuracyOptions, binaryAccuracy } from "./training/metrics/binary-accuracy.ts";
export type { CustomMetric, MetricFunction } from "./training/metrics/custom.ts";
export { type F1Score, type F1ScoreOptions, f1Score } from "./training/metrics/f1-score.ts";
export type { MeanAbsoluteErrorMetric } from "./training/metrics/mean-absolute-error.ts";
export type { MeanSquaredErrorMetric } from "./training/metrics/mean-squared-error.ts";
export type { MetricConfig } from "./training/metrics/metric.ts";
export { type Precision, type PrecisionOptions, precision } from "./training/metrics/precision.ts";
export { type Recall, type RecallOptions, recall } from "./training/metrics/recall.ts";
export type { Metric, MetricGiven, MetricName } from "./training/metrics/table.ts";
export { type TopKAccuracy, type TopKAccuracyOptions, topKAccuracy } from "./training/metrics/top-k-accuracy.ts";
export { type Adadelta, type AdadeltaOptions, adadelta } from "./training/optimizers/adadelta.ts";
export { type Adagrad, type AdagradOptions, adagrad } from "./training/optimizers/adagrad.ts";
export { type Adam, type AdamOptions, adam } from "./training/optimizers/adam.ts";
export { type AdamW, type AdamWOptions, adamW } from "./training/optimizers/adam-w.ts";
export { type Adamax, type AdamaxOptions, adamax } from "./training/optimizers/adamax.ts";
export { type Lion, type LionOptions, lion } from "./training/optimizers/lion.ts";
export { type Nadam, type NadamOptions, nadam } from "./training/optimizers/nadam.ts";
export { type Rmsprop, type RmspropOptions, rmsprop } from "./training/optimizers/rmsprop.ts";
export { type Sdlm, type SdlmOptions, sdlm } from "./training/optimizers/sdlm.ts";
export { type Sgd, type SgdOptions, sgd } from "./training/optimizers/sgd.ts";
export { type Optimizer, type OptimizerName, optimizerNames } from "./training/optimizers/table.ts";
export { type Constant, type ConstantOptions, constant } from "./training/schedules/constant.ts";
export { type CosineDecay, type CosineDecayOptions, cosineDecay } from "./training/schedules/cosine-decay.ts";
export {
  type CosineDecayRestarts,
  type CosineDecayRestartsOptions,
  cosineDecayRestarts,
} from "./training/schedules/cosine-decay-restarts.ts";
export {
  type ExponentialDecay,
  type ExponentialDecayOptions,
  exponentialDecay,
} from "./training/schedules/exponential-decay.ts";
export {
  type InverseTimeDecay,
  type InverseTimeDecayOptions,
  inverseTimeDecay,
} from "./training/schedules/inverse-time-decay.ts";
export { type OneCycle, type OneCycleOptions, oneCycle } from "./training/schedules/one-cycle.ts";
export {
  type PiecewiseConstantDecay,
  type PiecewiseConstantDecayOptions,
  piecewiseConstantDecay,
} from "./training/schedules/piecewise-constant-decay.ts";
export {
  type PolynomialDecay,
  type PolynomialDecayOptions,
  polynomialDecay,
} from "./training/schedules/polynomial-decay.ts";
export { type StepDecay, type StepDecayOptions, stepDecay } from "./training/schedules/step-decay.ts";
export { type Schedule, type ScheduleName, scheduleNames } from "./training/schedules/table.ts";
