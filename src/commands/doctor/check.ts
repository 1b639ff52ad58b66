/** What a check found, and what to do about it. */
export interface CheckFinding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string | null;
}

export interface CheckResult {
  readonly detail: string;
  /** What the user should do; left out: all is well. */
  readonly advice?: string;
}

export interface Check<Subject> {
  readonly name: string;
  /** An error that it throws is a finding, too: its message says what is wrong and what to do. */
  readonly run: (subject: Subject) => CheckResult | Promise<CheckResult>;
}

export async function runCheck<Subject>(
  { name, run }: Check<Subject>,
  subject: Subject,
): Promise<CheckFinding> {
  try {
    const { detail, advice = null } = await run(subject);
    return { name, ok: advice === null, detail, advice };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error), advice: null };
  }
}
