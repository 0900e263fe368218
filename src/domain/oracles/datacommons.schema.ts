import { z } from 'zod';

const short = z.string().max(256);

/** /v2/observation; of it only what is used. */
const observationSchema = z.object({
  byVariable: z.record(
    z.string(),
    z.object({
      byEntity: z
        .record(
          z.string(),
          z.object({
            orderedFacets: z
              .array(
                z.object({
                  facetId: short.catch(''),
                  observations: z.array(z.object({ date: z.string().max(32), value: z.number() })).catch([]),
                }),
              )
              .optional(),
          }),
        )
        .optional(),
    }),
  ),
  facets: z
    .record(z.string(), z.object({ importName: short.optional().catch(undefined), unit: short.optional().catch(undefined) }))
    .catch({}),
});

/** /v2/node */
const nodeSchema = z.object({
  data: z.record(
    z.string(),
    z.object({
      arcs: z
        .record(
          z.string(),
          z.object({
            nodes: z.array(z.object({ value: z.string().optional(), name: z.string().optional(), dcid: z.string().optional() })).catch([]),
          }),
        )
        .optional(),
    }),
  ),
});

export interface Observations {
  /** The oldest first; empty: it knows none. */
  readonly points: readonly { readonly date: string; readonly value: number }[];
  readonly unit?: string;
  /** Whose figures they are. */
  readonly source?: string;
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** Of the facet that Data Commons prefers, its first. Undefined where it is no such answer. */
export function parseObservations(value: unknown, variable: string, entity: string): Observations | undefined {
  const parsed = observationSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const facets = own(own(parsed.data.byVariable, variable)?.byEntity, entity)?.orderedFacets;
  const [facet] = facets ?? [];
  if (facet === undefined) return { points: [] };
  const { unit, importName } = own(parsed.data.facets, facet.facetId) ?? {};
  const points = [...facet.observations].sort((a, b) => (a.date < b.date ? -1 : 1));
  return { points, ...(unit !== undefined && { unit }), ...(importName !== undefined && { source: importName }) };
}

/** What the property of a node is: a value, or the name of another node. */
export function parseNodes(value: unknown, node: string, property: string): readonly string[] | undefined {
  const parsed = nodeSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const nodes = own(own(parsed.data.data, node)?.arcs, property)?.nodes ?? [];
  return nodes.flatMap(({ value: said, name, dcid }) => said ?? name ?? dcid ?? []);
}
