/** One test of a peer's suite. */
export interface PeerTest {
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The last line of what it printed, where it did not pass. */
  readonly words?: string;
}

/** One run of a suite. */
export interface SuiteResult {
  readonly suite: string;
  /** `openstacksdk 4.22.0` */
  readonly client: string;
  readonly tests: readonly PeerTest[];
  /** `identity-v3 listUsers` → how often the suite asked for it and was answered below 400. */
  readonly operations: Readonly<Record<string, number>>;
}

export function countOutcomes(tests: readonly PeerTest[]): Record<PeerTest['outcome'], number> {
  const count = (outcome: PeerTest['outcome']): number =>
    tests.filter((test) => test.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}
