/** The oracle against ten steps of Keras with networks that are too large for every run of the tests. */
import { describeRun } from "../golden/oracle-runs.ts";

for (const name of ["article", "full", "convnet"] as const) describeRun(name, true);
