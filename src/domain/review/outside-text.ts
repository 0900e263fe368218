/** Whose text whoever made a proposal had read (spec T5): code put it there. What cannot be read is a source of its own. */
export function outsideSourcesOf(document: unknown): readonly string[] {
  const { metadata } = fieldsOf(document);
  const { outside_sources: said } = fieldsOf(metadata);
  if (said === undefined) return [];
  return Array.isArray(said) && said.every((each) => typeof each === 'string') ? said : ['metadata.outside_sources'];
}

const fieldsOf = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;

/** What stands before anything that is said of such a proposal in one line; nothing where it rests on no such text. */
export function outsideMark(document: unknown): string {
  const sources = outsideSourcesOf(document);
  return sources.length === 0 ? '' : `OUTSIDE TEXT (${sources.join(', ')}): `;
}
