/** Takes note of what happened. It is quick and never throws. */
export type Observe<Observation> = (observation: Observation) => void;

/** For parts that run without an observer. */
export const unobserved = (): void => undefined;
