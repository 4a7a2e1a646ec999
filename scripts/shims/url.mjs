/** Node's `url` for bundles that run in a browser worker, where the two classes are global. */
const { URL, URLSearchParams } = globalThis;
export { URL, URLSearchParams };
