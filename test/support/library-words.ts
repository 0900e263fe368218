/** How zod, yaml, the engine's JSON, node's system calls and gRPC speak: nobody who runs Janus has to know any of them. */
const tellTales = [
  /Invalid (input|option|string|key|element|ISO|format)|Too (big|small)|Unrecognized key|received (undefined|null|string|number)|expected (string|number|int|boolean|array|object|record)\b/,
  /compact mapping|Map keys|parseAllDocuments|implicit (map )?key|[Bb]lock (scalar|collection|sequence)|[Ff]low (map|sequence|collection)|Plain value|Nested mappings|Unresolved/,
  /Unexpected (token|end|non-whitespace|string|number)|in JSON at|valid JSON|Bad (control|escaped|Unicode)|double-quoted property|Unterminated/,
  /\bE(NOENT|ACCES|ISDIR|NOTDIR|PERM|LOOP|EXIST|PIPE|BADF|CONNREFUSED|NXIO)\b|errno|syscall/,
  /\b\d+ (CANCELLED|UNKNOWN|INVALID_ARGUMENT|DEADLINE_EXCEEDED|NOT_FOUND|UNAVAILABLE|INTERNAL|PERMISSION_DENIED|UNIMPLEMENTED)\b|ServiceError|gRPC/,
  /\b(Syntax|Type|Range|Zod|YAMLParse|Reference)Error\b/,
];

/** The phrases of libraries in a text that people read. */
export const libraryWords = (text: string): string[] => tellTales.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
