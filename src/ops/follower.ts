/**
 * Operations that are computed together with the one before them, where nothing else reads the result in between: the
 * layer before them asks for what follows ({@link Tape.take}) and writes calls that do both.
 */

/** A kind of operation that a layer may take over, and what describes one. */
export class FollowerKind<Options> {
  /** An operation of this kind, as a layer declares it. */
  with(options: Options): Follower {
    return { kind: this, options };
  }

  /** What describes the operation, if it is of this kind. */
  of(follower: Follower | undefined): Options | undefined {
    return follower?.kind === this ? (follower.options as Options) : undefined;
  }
}

/** The whole operation of a layer with one input. */
export interface Follower {
  readonly kind: object;
  readonly options: unknown;
}

/** What follows a layer, operation after operation, each alone in reading the one before. */
export interface Followers {
  /** The next one; undefined where there is none that a layer may take over. */
  readonly next: Follower | undefined;
  /** The layer computes the next one, too. */
  take(): void;
}
