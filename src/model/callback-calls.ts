import type { Callback, TrainingContext } from "../training/callbacks/callback.ts";
import type { HookToCall, Position } from "./position.ts";

/** A hook to call for all callbacks, with its arguments. */
export type HookCall = HookToCall extends infer Call ? (Call extends HookToCall ? Omit<Call, "from"> : never) : never;

/** Calls the hooks of all callbacks in order, and knows at any time which are still to be called. */
export class CallbackCalls {
  private readonly callbacks: readonly Callback[];
  private readonly context: TrainingContext;
  /** The hooks in progress, and the number of the callback that the first of them is called for now. */
  private calls: readonly HookCall[] = [];
  private present = 0;

  constructor(callbacks: readonly Callback[], context: TrainingContext) {
    this.callbacks = callbacks;
    this.context = context;
  }

  /** Calls each hook for all callbacks, then the next one. @param waited how training waits for a hook */
  async run(calls: readonly HookCall[], waited: (hook: void | Promise<void>) => Promise<void>): Promise<void> {
    for (const [i, call] of calls.entries()) {
      for (const [number, callback] of this.callbacks.entries()) {
        this.calls = calls.slice(i);
        this.present = number;
        await waited(called(call, callback, this.context));
      }
    }
    this.calls = [];
  }

  /** What the callbacks remember, and the hooks that those with a memory have not seen. */
  get state(): Pick<Position, "callbacks" | "hooks"> {
    const numbered = [...this.callbacks.entries()].filter(([, { memory }]) => memory);
    const isSeen = (i: number, number: number) => i === 0 && number <= this.present;
    const hooks = this.calls.map((call, i) => ({
      ...call,
      from: numbered.filter(([number]) => isSeen(i, number)).length,
    }));
    return {
      callbacks: numbered.map(([, { memory }]) => ({ name: memory!.name, ...memory!.get() })),
      hooks: hooks.filter(({ from }) => from < numbered.length) as HookToCall[],
    };
  }

  /** Gives the callbacks what they remembered, by name, and calls the hooks that they have not seen. */
  async restore({ callbacks: states, hooks }: Pick<Position, "callbacks" | "hooks">): Promise<void> {
    const left = this.callbacks.filter(({ memory }) => memory);
    const restored = states.map(({ name, ...remembered }) => {
      const at = left.findIndex(({ memory }) => memory!.name === name);
      const [callback] = at < 0 ? [] : left.splice(at, 1);
      callback?.memory?.set(remembered);
      return callback;
    });
    for (const call of hooks) {
      for (const callback of restored.slice(call.from)) if (callback) await called(call, callback, this.context);
    }
  }
}

function called(call: HookCall, callback: Callback, context: TrainingContext): void | Promise<void> {
  if (call.name === "onBatches") return callback.onBatches?.(...call.args, context);
  return callback[call.name]?.(...call.args, context);
}
