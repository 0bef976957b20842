/** Import this before the library: it removes shared memory, as in a page that is not cross-origin isolated. */
(globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated = false;
