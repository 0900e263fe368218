/** Loads a module of the built output: what is measured is what runs. */
export const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
