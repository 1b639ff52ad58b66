import { Command } from 'commander';
import { dialects } from '../../composition/dialects';
import { type Config, ConfigError, readConfig } from '../../settings/config';
import { type Check, type CheckFinding, runCheck } from './check';
import { checkDatabase } from './database';
import {
  checkCertificate,
  checkNodeVersion,
  checkPort,
  checkSafetySettings,
  checkSeedFile,
  checkStateFolder,
  checkStateFile,
} from './machine';

type Environment = Readonly<Record<string, string | undefined>>;

/** `tagway doctor`: what would keep a gateway with these settings from starting, or from running well. */
export function doctorCommand(env: Environment, print: (text: string) => void): Command {
  return new Command('doctor')
    .option('--json', 'print an array of { name, ok, detail, advice }')
    .action(async ({ json }: { readonly json?: true }) => {
      const findings = await examine(env);
      print(json ? JSON.stringify(findings, null, 2) : findings.map(lineOf).join('\n'));
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

const checks: readonly Check<Config>[] = [
  { name: 'state folder', run: checkStateFolder },
  { name: 'database', run: checkDatabase },
  { name: 'port', run: checkPort },
  { name: 'seed', run: checkSeedFile },
  { name: 'state file', run: checkStateFile },
  { name: 'certificate', run: checkCertificate },
  { name: 'safeties', run: checkSafetySettings },
];

/** @returns what was found, in the order of the checks; with faulty settings only what does not depend on them */
async function examine(env: Environment): Promise<CheckFinding[]> {
  const node = await runCheck({ name: 'node', run: checkNodeVersion }, process.versions.node);
  const { config, faults } = settingsOf(env);
  if (config === null) return [node, ...faults];
  const findings = [node, { name: 'settings', ok: true, detail: 'valid', advice: null }];
  for (const check of checks) findings.push(await runCheck(check, config));
  return findings;
}

function settingsOf(env: Environment): { config: Config | null; faults: CheckFinding[] } {
  try {
    return { config: readConfig(env, dialects), faults: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = 'correct it in the environment; docs/settings.md has every name and form';
    return {
      config: null,
      faults: error.faults.map((detail) => ({ name: 'settings', ok: false, detail, advice })),
    };
  }
}

function lineOf({ name, ok, detail, advice }: CheckFinding): string {
  const line = `${ok ? 'ok       ' : 'attention'}  ${name.padEnd(12)}  ${detail}`;
  return advice === null ? line : `${line}\n           ${' '.repeat(14)}${advice}`;
}
