/**
 * The contract of a metric, or of a family of metrics that differ by a number in their name. The engine ranks the true
 * class among the scores of an image; a metric defines which ranks are hits, and its value is the share of hits.
 */
export interface MetricDefinition {
  /** How its name is written, for the message that lists all metrics. */
  readonly spelling: string;
  /** Ranks below this are hits: 1 where only the best score counts. Undefined for a name of another metric. */
  rankLimit(name: string): number | undefined;
}
