import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { StateFolder } from '../settings/state-folder';
import { exportRows, imagesWithData, type BackupSession, withSession } from '../storage/backup';
import type { StandardStreams } from './import';
import { describeMissingData } from './missing-data';
import { Progress } from './progress';
import type { DataLocation } from './context';

interface Wanted {
  readonly output: string;
  readonly project?: string;
  readonly identity: boolean;
  readonly force: boolean;
}

/**
 * `tagway export`: the whole database, as text.
 * @param at refuses a state folder without a database
 */
export function exportCommand(
  at: (work: (site: DataLocation) => Promise<void>) => Promise<void>,
  terminal: StandardStreams,
): Command {
  return new Command('export')
    .option(
      '-o, --output <file>',
      'where to; a file is there only when it is whole; - is standard output',
      '-',
    )
    .option('--force', 'take the place of a file that is there', false)
    .option('--project <id>', 'only the images, tags, members and jobs of this project, and no identity')
    .option('--no-identity', 'no users, projects, roles, credentials and keys')
    .addHelpText(
      'after',
      '\nKeep the file to yourself: it holds hashes of passwords, and secrets that the master key opens. Keep the' +
        '\nmaster key (master.key in the state folder, or TAGWAY_MASTER_KEY) and the folder "images" beside it.',
    )
    .action((wanted: Wanted) => {
      const { output, force } = wanted;
      if (output !== '-' && !force && existsSync(output)) {
        throw new Error(`${output} is there already: take another name, or --force to replace it`);
      }
      return at(({ connection, stateDir }) =>
        withSession(connection, (session) => exportTo(session, stateDir, wanted, terminal)),
      );
    });
}

async function exportTo(
  session: BackupSession,
  stateDir: string,
  wanted: Wanted,
  terminal: StandardStreams,
): Promise<void> {
  const { output, identity } = wanted;
  const project = wanted.project ?? null;
  const progress = new Progress(terminal.stderr, 'exported');
  const lines = exportRows(session, { project, identity }, (rows, all) => {
    progress.add(rows, all);
  });
  // One chunk ahead is enough; the default is sixteen.
  const source = Readable.from(lines, { highWaterMark: 1 });
  await (output === '-'
    ? pipeline(source, terminal.stdout, { end: false })
    : writeWhole(source, output, wanted.force));
  progress.end();
  const { imageData } = new StateFolder(stateDir);
  for (const line of await describeMissingData(imagesWithData(session, project), imageData))
    terminal.report(line);
}

/** Readable by its owner only; it gets its name when all of it is on disk. */
async function writeWhole(source: Readable, file: string, force: boolean): Promise<void> {
  const partial = `${file}.part`;
  await rm(partial, { force: true });
  const handle = await open(partial, 'wx', 0o600);
  try {
    await pipeline(source, handle.createWriteStream({ flush: true }));
    if (force || !(await linked(partial, file))) await rename(partial, file);
    await rm(partial, { force: true });
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Unlike renaming, linking does not replace a file created in the meantime.
 * @returns false if the file system has no links
 */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return false;
  }
}
