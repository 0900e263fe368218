import type { Json } from '../text/canonical.js';
import type { Shape } from './shape.js';

/**
 * As JSON schema, in the words that every endpoint with a strict mode knows: all members required, none besides, no lengths and no patterns. What an
 * endpoint does not enforce is looked at here all the same.
 */
export function toJsonSchema(shape: Shape): Json {
  switch (shape.kind) {
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(shape.members.map(([name, member]) => [name, toJsonSchema(member)])),
        required: shape.members.map(([name]) => name),
        additionalProperties: false,
      };
    case 'list':
      return { type: 'array', items: toJsonSchema(shape.item) };
    case 'union':
      return { anyOf: shape.of.map(toJsonSchema) };
    case 'choice':
      return { type: 'string', enum: shape.values };
    case 'integer':
      return { type: 'integer' };
    case 'text':
      return { type: 'string' };
  }
}
