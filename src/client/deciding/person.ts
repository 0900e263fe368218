/** An armoured SSH signature over the text, for one purpose (spec A3). Throws NOT_PERMITTED where the key cannot be used. */
export type Sign = (text: string, namespace: string) => Promise<string>;

/** Who says it: the name for which their key speaks; without a key the name is a claim. */
export interface Person {
  readonly by: string;
  readonly sign?: Sign | undefined;
}
