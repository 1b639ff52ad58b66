/** Records an event. Fast; never throws. */
export type Observe<Observation> = (observation: Observation) => void;

/** For parts without an observer. */
export const ignoreObservation = (): void => undefined;
