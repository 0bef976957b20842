/** The machine and its JavaScript engine; `node/machine.ts` and `browser/machine.ts` export exactly these names. */
export interface MachineInfo {
  /** What a run keeps about the machine on which it was trained. */
  machine(): Machine;
  /** The command line of this program without its folder: `node train.mjs --epochs 3`; undefined in a browser. */
  commandLine(): string | undefined;
  /** The bytes of memory that this process may use; Infinity where that is not known. */
  memoryBytes(): number;
}

/** See {@link MachineInfo.machine}. */
export interface Machine {
  /** The processor's name. */
  readonly cpu: string;
  /** Threads that run at the same time. */
  readonly cores: number;
  /** `linux x64` */
  readonly platform: string;
  /** `Node 22.21.0` */
  readonly runtime: string;
}
