/* biome-ignore-all lint/suspicious/noConsole: the test reads it */
import * as lenet5 from "lenet5";
import { trained } from "./training.js";

console.log(JSON.stringify(await trained(lenet5)));
