/** Imported before the library, lets it find what a page without isolation has: no memory that threads share. */
(globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated = false;
