/** This clone, as a URL that ends in a slash. */
export const ownTree = new URL('../../', import.meta.url);

/** Loads modules of a built output; what is measured is what runs. */
export const distOf = (tree) => (path) => import(new URL(`dist/${path}`, tree).href);

/** That of this clone. */
export const dist = distOf(ownTree);
