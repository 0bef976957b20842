import { reluWith } from "./relu.ts";

/** y = min(max(x, 0), 6) (Krizhevsky 2010). dy/dx = 1 where 0 < x < 6, else 0. */
export const relu6 = reluWith({ maxValue: 6 });
