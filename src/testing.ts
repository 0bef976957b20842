/**
 * Checks for custom layers and losses: `import { checkGradients } from "lenet5/testing"`.
 * @module testing
 */
export {
  checkGradients,
  type GradientCheck,
  type GradientCheckOptions,
  type GradientPart,
} from "./model/check-gradients.ts";
