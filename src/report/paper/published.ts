/**
 * The numbers that LeCun, Bottou, Bengio and Haffner published in 1998: "Gradient-Based Learning Applied to Document
 * Recognition", Proc. IEEE 86(11). Error rates are from 0 to 1.
 */

/** A number of the paper. */
export interface Published {
  readonly value: number;
  /** The uncertainty that the paper quotes. */
  readonly plusMinus?: number;
  /** Section, figure or table. */
  readonly source: string;
  /** True if the number is read off a curve, because no text gives it. */
  readonly readOff?: boolean;
}

/** Error after training, by the training set. */
export interface PublishedSize {
  readonly images: number;
  readonly distortions: boolean;
  readonly test: number;
  readonly training?: number;
  readonly source: string;
}

export const published = {
  testImages: 10_000,
  passes: 20,
  /** Reached after about ten passes. */
  testError: { value: 0.0095, plusMinus: 0.001, source: "section III.B" },
  testErrorDistorted: { value: 0.008, source: "section III.B" },
  /** Test images misclassified by the network trained with distortions (Fig. 8). */
  misreadDistorted: { value: 82, source: "Fig. 8" },
  trainingError: { value: 0.0035, source: "section III.B" },
  /** Passes after which that training error was measured. */
  trainingErrorPass: 19,
  firstTestError: { value: 0.027, source: "Fig. 5", readOff: true },
  firstTrainingError: { value: 0.049, source: "Fig. 5", readOff: true },
  /** eta / (mu + h) of the first pass. */
  firstRates: { min: 7e-5, max: 0.016, source: "section III.B" },
  parameters: { value: 60_000, source: "section II.B" },
  connections: { value: 340_908, source: "section II.B" },
  /** In the printed journal, which has 156,000 instead of 1,516 x 100 for C3. */
  connectionsInPrint: 345_308,
  multiplyAdds: { value: 401_000, source: "Fig. 11" },
  trainingDays: { min: 2, max: 3, source: "section III.D", machine: "one 200 MHz R10000" },
} as const satisfies Record<
  string,
  number | Published | { source: string; min: number; max: number; machine?: string }
>;

/** By training set, read off Fig. 6. */
export const publishedSizes: readonly PublishedSize[] = [
  { images: 15_000, distortions: false, test: 0.017, training: 0.0005, source: "Fig. 6" },
  { images: 30_000, distortions: false, test: 0.0114, training: 0.0031, source: "Fig. 6" },
  { images: 60_000, distortions: false, test: 0.0095, training: 0.0035, source: "Fig. 6" },
  { images: 60_000, distortions: true, test: 0.008, source: "Fig. 6" },
];

/** The most frequent confusions of the network trained with distortions, counted in Fig. 8. */
export const publishedConfusions: readonly {
  readonly label: number;
  readonly predicted: number;
  readonly times: number;
}[] = [
  { label: 9, predicted: 4, times: 9 },
  { label: 3, predicted: 5, times: 5 },
  { label: 4, predicted: 9, times: 4 },
  { label: 6, predicted: 0, times: 4 },
];

/** Test errors in Fig. 9, from top to bottom. `ours`: the setup here that trains the same classifier. */
export const publishedClassifiers: readonly {
  readonly name: string;
  readonly error: number;
  readonly ours?: "plain" | "distorted";
}[] = [
  { name: "linear", error: 0.12 },
  { name: "pairwise linear", error: 0.076 },
  { name: "k nearest neighbours", error: 0.05 },
  { name: "PCA + quadratic", error: 0.033 },
  { name: "1000 RBF units", error: 0.036 },
  { name: "SVM, degree 4", error: 0.011 },
  { name: "28×28-300-10", error: 0.047 },
  { name: "28×28-1000-10", error: 0.045 },
  { name: "300-100-10", error: 0.0305 },
  { name: "LeNet-1", error: 0.017 },
  { name: "LeNet-4", error: 0.011 },
  { name: "LeNet-5", error: 0.0095, ours: "plain" },
  { name: "LeNet-5, distorted", error: 0.008, ours: "distorted" },
  { name: "boosted LeNet-4, distorted", error: 0.007 },
];
