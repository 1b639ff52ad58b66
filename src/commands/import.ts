import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { masterKeyId } from '../identity/sealing';
import { StateFolder } from '../settings/state-folder';
import {
  imagesWithData,
  importBackup,
  readSealingKeyIds,
  type BackupSession,
  withSession,
} from '../storage/backup';
import { migrate } from '../storage/migrator';
import { migrationNames } from '../storage/migrations';
import { describeMissingData } from './missing-data';
import { Progress, type ProgressOutput } from './progress';
import type { DataLocation } from './context';

/** The streams of the process. */
export interface StandardStreams {
  readonly stdin: AsyncIterable<Buffer>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: ProgressOutput;
  /** A line for a person, on standard error. */
  readonly report: (line: string) => void;
}

/** `tagway import`: loads a `tagway export` into a database without data. */
export function importCommand(
  at: (work: (site: DataLocation) => Promise<void>) => Promise<void>,
  terminal: StandardStreams,
  masterKey: () => Promise<string | null>,
): Command {
  return new Command('import')
    .argument('[file]', 'what to read; - is standard input', '-')
    .option('--resume', 'go on with an import that was cut off, from the same file', false)
    .addHelpText(
      'after',
      '\nImport before a gateway is started on the new database or state folder: its first start makes users.',
    )
    .action((file: string, { resume }: { resume: boolean }) => {
      if (file !== '-' && !existsSync(file)) throw new Error(`there is no file ${file}`);
      return at(async ({ connection, stateDir }) => {
        await migrate(connection);
        await withSession(connection, async (session) => {
          const project = await importFile(session, file, resume, terminal);
          const folder = new StateFolder(stateDir);
          const images = imagesWithData(session, project);
          for (const line of await describeMissingData(images, folder.imageData)) terminal.report(line);
          await reportKeys(session, folder, await masterKey(), terminal);
        });
        // An older build's export lacks data that later migrations add.
        await migrate(connection);
      });
    });
}

/** @returns the project if it was the export of one */
async function importFile(
  session: BackupSession,
  file: string,
  resume: boolean,
  terminal: StandardStreams,
): Promise<string | null> {
  const progress = new Progress(terminal.stderr, 'imported');
  const source = file === '-' ? terminal.stdin : createReadStream(file, { highWaterMark: 2 ** 18 });
  const { project, resumedAfter } = await importBackup(session, source, {
    resume,
    knownSchemas: migrationNames,
    onRows: (rows, all) => {
      progress.add(rows, all);
    },
  });
  progress.end();
  if (resumedAfter !== null)
    terminal.report(`What came up to line ${String(resumedAfter)} was there already.`);
  return project;
}

/** Without the right master key a gateway does not start; only a backup has it. */
async function reportKeys(
  session: BackupSession,
  folder: StateFolder,
  setting: string | null,
  { report }: StandardStreams,
): Promise<void> {
  const needed = await readSealingKeyIds(session);
  if (needed.length === 0) return;
  const file = join(folder.path, 'master.key');
  const own = setting !== null || existsSync(file) ? masterKeyId(folder.masterKey(setting)) : null;
  if (needed.every((id) => id === own)) return;
  report(
    `Secrets here are sealed with the master key ${needed.join(', ')}, and ${own === null ? 'this gateway has none' : `this one is ${own}`}: ` +
      `before a gateway starts, put the one that was kept with the export into ${file}, or into TAGWAY_MASTER_KEY.`,
  );
}
