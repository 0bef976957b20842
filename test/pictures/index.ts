export { kinds } from "./kinds.ts";
export { type KindResult, measured, type Reading, samples, subjectsOf } from "./measure.ts";
