/** Threads that fail, with shared memory. The workers are changed for the whole process: vi. keeps it alone. */
import "./faulty-workers.ts";
import { failures } from "./failures.ts";

failures(true);
