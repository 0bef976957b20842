/** A model as a file of another program. */
export interface Exported {
  /** The file. */
  readonly bytes: Uint8Array;
  /** Files that belong next to it, by name: shards of weights, Python code of layers that Keras does not have. */
  readonly beside: Readonly<Record<string, Uint8Array>>;
  /** What the file does not have that the model has (the state of the optimizer, ...): a sentence each. */
  readonly notes: readonly string[];
  /** Lines of Python that load the file, where the other program has no call that does. */
  readonly python?: string;
}
